{{ config(materialized='table') }}

with

operations as (

    select * from {{ ref('int_operations_judged') }}

),

periods as (

    select * from {{ ref('int_settlement_periods_limited') }}
    where counts_from = 'par'

),

round_categories as (

    select * from {{ ref('round_categories') }}
    where counts_from = 'par'

),

hospitals as (

    select * from {{ ref('hospitals') }}

),

-- Periods are whole months, so every settlement decides alike about the operations of one of these groups, and it is
-- enough to decide once for each.
operation_groups as (

    select
        definition_id,
        cast(date_trunc('month', operation_date) as date) as operation_month,
        home_region_code,
        hospital_code,
        received_date,
        superseded_date,
        own_reason,
        counted_from,
        count(*) as rows_found,
        count(*) filter (where care_type = 'inpatient' and not has_own_date) as rows_with_imputed_date
    from operations
    group by
        definition_id,
        cast(date_trunc('month', operation_date) as date),
        home_region_code,
        hospital_code,
        received_date,
        superseded_date,
        own_reason,
        counted_from

),

decided as (

    select
        periods.settlement_id,
        round_categories.category_id,
        periods.period_role,
        operation_groups.*,
        {{ decision_reason('operation_groups', 'periods.cutoff_date') }} as reason
    from periods
    inner join round_categories using (round_id)
    inner join operation_groups
        on
            round_categories.definition_id = operation_groups.definition_id
            and operation_groups.operation_month between periods.period_start and periods.period_end

),

-- By hospital only where an operation counts: no mart shows what was excluded at a hospital.
counted as (

    select
        settlement_id,
        category_id,
        period_role,
        home_region_code as region_code,
        operation_month,
        reason,
        if(reason = 'counted', hospital_code, null) as hospital_code,
        cast(sum(rows_found) as bigint) as rows_decided,
        cast(sum(rows_with_imputed_date) as bigint) as rows_with_imputed_date
    from decided
    group by
        settlement_id,
        category_id,
        period_role,
        home_region_code,
        operation_month,
        reason,
        if(reason = 'counted', hospital_code, null)

),

final as (

    select
        counted.settlement_id,
        counted.category_id,
        counted.period_role,
        counted.region_code,
        counted.operation_month,
        counted.reason,
        hospital_code,
        hospitals.region_code as producing_region_code,
        if(counted.reason = 'counted', coalesce(hospitals.ownership, 'unknown'), null) as hospital_ownership,
        counted.rows_decided,
        counted.rows_with_imputed_date
    from counted
    left join hospitals using (hospital_code)

)

select * from final
