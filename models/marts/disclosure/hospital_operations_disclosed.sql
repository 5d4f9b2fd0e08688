with

hospitals as (

    select * from {{ ref('operations_by_hospital') }}

),

settlements as (

    select * from {{ ref('disclosed_settlements') }}

),

policies as (

    select * from {{ ref('disclosure_policies') }}

),

earnings as (

    select * from {{ ref('grant_earnings') }}
    where operations is not null

),

flags as (

    select * from {{ ref('int_settlements_flagged') }}

),

categories as (

    select * from {{ ref('categories') }}

),

lateness as (

    select * from {{ ref('int_hospital_lateness_counted') }}

),

counted as (

    select
        settlement_id,
        settlements.policy_id,
        hospitals.region_code,
        hospitals.category_id,
        hospitals.hospital_code,
        any_value(hospitals.hospital_name) as hospital_name,
        any_value(hospitals.hospital_ownership) as hospital_ownership,
        case
            when any_value(hospitals.producing_region_code = hospitals.region_code) then 'home_region'
            when any_value(hospitals.producing_region_code) is not null then 'other_region'
            else 'unknown'
        end as place,
        sum(hospitals.operations) as operations
    from hospitals
    inner join settlements using (settlement_id)
    -- a sum over the months needs all of them (A6)
    inner join earnings using (settlement_id, region_code, category_id)
    group by all

),

sized as (

    select
        counted.settlement_id,
        policy_id,
        counted.region_code,
        counted.category_id,
        counted.hospital_code,
        counted.hospital_name,
        counted.hospital_ownership,
        counted.place,
        counted.operations,
        coalesce(counted.operations < policies.smallest_shown, false) as is_small
    from counted
    inner join policies using (policy_id)

),

-- Small counts are hidden, and with them the smallest of the others that make up the same sum: what is shown could
-- otherwise be taken from the sum. Told are the sums of a region's operations in the home region and in others, and by
-- private and public providers (table_producers), so something is hidden beside a small count in each of these parts.
treated as (

    select
        *,
        is_small
        or (
            bool_or(is_small) over same_sum
            and row_number() over (
                partition by settlement_id, region_code, category_id, place, hospital_ownership, is_small
                order by operations, hospital_code
            ) = 1
        ) as is_suppressed
    from sized
    window same_sum as (partition by settlement_id, region_code, category_id, place, hospital_ownership)

),

-- all that is hidden becomes one row, so that nobody sees which hospitals it is, nor how many
shown as (

    select
        settlement_id,
        region_code,
        category_id,
        if(is_suppressed, 'suppressed', hospital_code) as hospital_code,
        any_value(if(is_suppressed, null, hospital_name)) as hospital_name,
        cast(sum(operations) as bigint) as operations,
        is_suppressed,
        any_value(policy_id) as policy_id
    from treated
    group by all

),

final as (

    select
        shown.settlement_id,
        shown.region_code,
        category_id,
        shown.hospital_code,
        shown.hospital_name,
        shown.operations,
        shown.is_suppressed,
        shown.policy_id,
        flags.flags,
        categories.category_name_sv as category_name,
        case
            when shown.is_suppressed then 'Övriga, sammanräknade'
            when shown.hospital_code = '' then 'Sjukhus saknas i rapporten'
            else coalesce(shown.hospital_name, 'Okänt sjukhus') || ' (' || shown.hospital_code || ')'
        end as row_name,
        cast(row_number() over (
            partition by shown.settlement_id, shown.region_code
            order by
                categories.category_order asc, shown.is_suppressed asc, shown.operations desc, shown.hospital_code asc
        ) as integer) as row_order,
        -- a share of a few would tell how many
        if(
            lateness.late_operations = 0 or lateness.late_operations >= policies.smallest_shown,
            cast(round(100 * lateness.late_operations / lateness.operations) as integer),
            null
        ) as late_percent
    from shown
    inner join categories using (category_id)
    inner join policies on shown.policy_id = policies.policy_id
    left join lateness
        on
            shown.settlement_id = lateness.settlement_id
            and shown.region_code = lateness.region_code
            and shown.category_id = lateness.category_id
            and shown.hospital_code = lateness.hospital_code
    left join flags
        on
            shown.settlement_id = flags.settlement_id
            and shown.region_code = flags.region_code
            and shown.category_id = flags.category_id

)

select * from final
