with

contacts as (

    select * from {{ ref('int_contacts_not_counted') }}

),

settlements as (

    select * from {{ ref('table_settlements') }}

),

reasons as (

    select * from {{ ref('decision_reasons') }}

),

hospitals as (

    select * from {{ ref('hospitals') }}

),

categories as (

    select * from {{ ref('categories') }}

),

policies as (

    select * from {{ ref('disclosure_policies') }}
    where policy_id = 'suppress_below_5'

),

placed as (

    select
        contacts.*,
        if(hospitals.region_code = contacts.region_code, contacts.hospital_code, 'other') as shown_hospital_code
    from contacts
    left join hospitals on contacts.hospital_code = hospitals.hospital_code

),

all_hospitals as (

    select
        settlement_id,
        region_code,
        category_id,
        reason,
        'all' as hospital_code,
        count(*) as contacts,
        count(distinct operation_key) filter (where would_count) as operations
    from placed
    group by settlement_id, region_code, category_id, reason

),

-- in the settlement under way the region's own hospitals one by one
by_hospital as (

    select
        settlement_id,
        placed.region_code,
        placed.category_id,
        placed.reason,
        coalesce(placed.shown_hospital_code, 'other') as hospital_code,
        count(*) as contacts,
        count(distinct placed.operation_key) filter (where placed.would_count) as operations
    from placed
    inner join settlements using (settlement_id)
    where settlements.is_under_way
    group by all

),

-- Small numbers are hidden, and with them the smallest of the others that make up the same sum.
sized as (

    select
        by_hospital.*,
        by_hospital.contacts < policies.smallest_shown as is_small,
        sum(by_hospital.contacts) over same_sum >= policies.smallest_shown as is_sum_told
    from by_hospital
    cross join policies
    window same_sum as (
        partition by
            by_hospital.settlement_id, by_hospital.region_code, by_hospital.category_id, by_hospital.reason
    )

),

treated as (

    select
        *,
        is_small
        or (
            bool_or(is_small) over (partition by settlement_id, region_code, category_id, reason)
            and row_number() over (
                partition by settlement_id, region_code, category_id, reason, is_small
                order by contacts, hospital_code
            ) = 1
        ) as is_suppressed
    from sized
    where is_sum_told

),

shown_hospitals as (

    select
        settlement_id,
        region_code,
        category_id,
        reason,
        if(is_suppressed, 'suppressed', hospital_code) as hospital_code,
        cast(sum(contacts) as bigint) as contacts,
        cast(sum(operations) as bigint) as operations
    from treated
    group by all

),

lines as (

    select * from all_hospitals
    union all
    select * from shown_hospitals

),

-- Of operations one small number is enough to hide those of all hospitals beside it: the sum would tell it.
checked as (

    select
        lines.*,
        lines.contacts >= policies.smallest_shown as are_contacts_told,
        bool_and(lines.operations = 0 or lines.operations >= policies.smallest_shown) over (
            partition by
                lines.settlement_id, lines.region_code, lines.category_id, lines.reason, lines.hospital_code = 'all'
        ) as are_operations_told
    from lines
    cross join policies

),

final as (

    select
        checked.settlement_id,
        checked.region_code,
        category_id,
        reason,
        hospital_code,
        categories.category_name_sv as category_name,
        reasons.reason_sv as row_name,
        reasons.rule as rule_id,
        case hospital_code
            when 'all' then 'Alla sjukhus'
            when 'suppressed' then 'Sjukhus med få vårdkontakter, tillsammans'
            when 'other' then 'Sjukhus utanför regionen eller okända'
            else hospitals.hospital_name || ' (' || hospital_code || ')'
        end as hospital_name,
        if(checked.are_contacts_told, checked.contacts, null) as contacts,
        if(checked.are_contacts_told and checked.are_operations_told, checked.operations, null) as operations,
        hospital_code = 'all' as is_all_hospitals,
        categories.category_order,
        reasons.reason_order
    from checked
    inner join categories using (category_id)
    inner join reasons using (reason)
    left join hospitals using (hospital_code)

)

select * from final
