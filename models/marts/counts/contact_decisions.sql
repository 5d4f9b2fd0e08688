{{ config(materialized='view') }}

with

periods as (

    select * from {{ ref('int_settlement_periods_limited') }}
    where counts_from = 'par'

),

round_categories as (

    select * from {{ ref('round_categories') }}
    where counts_from = 'par'

),

operations as (

    select * from {{ ref('int_operations_judged') }}

),

hospitals as (

    select * from {{ ref('hospitals') }}

),

-- the same row in the eyes of each cut-off date
decided as (

    select
        periods.settlement_id,
        round_categories.category_id,
        periods.period_role,
        operations.*,
        {{ decision_reason('operations', 'periods.cutoff_date') }} as reason
    from periods
    inner join round_categories using (round_id)
    inner join operations
        on
            round_categories.definition_id = operations.definition_id
            and operations.operation_date between periods.period_start and periods.period_end

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
        decided.operation_key,
        decided.delivery_number,
        decided.received_date,
        decided.care_type,
        if(decided.has_own_date, 'procedure', 'contact_start') as operation_date_source,
        hospital_code,
        hospitals.region_code as producing_region_code,
        coalesce(hospitals.ownership, 'unknown') as hospital_ownership
    from decided
    left join hospitals using (hospital_code)

)

select * from final
