with

operations as (

    select * from {{ ref('int_settlement_operations') }}

),

hospitals as (

    select * from {{ ref('hospitals') }}

),

-- R7: of the rows that nothing speaks against, the first received of each person, category and date stands
standing as (

    select
        *,
        if(
            reason is null,
            first_value(contact_key) over (
                partition by settlement_id, category_id, reason, person_key, operation_date
                order by received_date, delivery_number, contact_key
            ),
            null
        ) as counted_contact_key
    from operations

),

decided as (

    select
        *,
        case
            when reason is not null then reason
            when contact_key = counted_contact_key then 'counted'
            else 'same_person_same_day'
        end as final_reason
    from standing

),

-- R9: a hospital that is not in the seed is unknown, in no case dropped
final as (

    select
        decided.settlement_id,
        decided.contact_row_key,
        decided.contact_key,
        decided.category_id,
        decided.operation_date,
        cast(date_trunc('month', decided.operation_date) as date) as operation_month,
        decided.period_role,
        decided.home_region_code as region_code,
        if(decided.final_reason = 'counted', 'counted', 'excluded') as decision,
        decided.final_reason as reason,
        decided.counted_contact_key,
        decided.delivery_number,
        decided.received_date,
        decided.care_type,
        if(decided.has_own_date, 'procedure', 'contact_start') as operation_date_source,
        decided.hospital_code,
        hospitals.region_code as producing_region_code,
        coalesce(hospitals.ownership, 'unknown') as hospital_ownership
    from decided
    left join hospitals using (hospital_code)

)

select * from final
