with

operations as (

    select * from {{ ref('int_settlement_operations') }}

),

hospitals as (

    select * from {{ ref('hospitals') }}

),

qualified as (

    select * from operations
    where reason is null

),

-- R7: of the contacts that nothing speaks against, the one received first stands for its person, category and date
standing as (

    select
        settlement_id,
        category_id,
        person_key,
        operation_date,
        min_by(contact_key, row(received_date, delivery_number, contact_key)) as counted_contact_key
    from qualified
    group by settlement_id, category_id, person_key, operation_date

),

decided as (

    select
        qualified.* exclude (reason),
        standing.counted_contact_key,
        if(qualified.contact_key = standing.counted_contact_key, 'counted', 'same_person_same_day') as reason
    from qualified
    inner join standing using (settlement_id, category_id, person_key, operation_date)
    union all by name
    select
        *,
        cast(null as varchar) as counted_contact_key
    from operations
    where reason is not null

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
        if(decided.reason = 'counted', 'counted', 'excluded') as decision,
        decided.reason,
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
