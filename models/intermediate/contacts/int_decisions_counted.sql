{{ config(materialized='table') }}

with

operations as (

    select * from {{ ref('int_operation_intervals') }}

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

-- no settlement tells these apart: periods are whole months
alike as (

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
        alike.*,
        {{ decision_reason('alike', 'periods.cutoff_date') }} as reason
    from periods
    inner join round_categories using (round_id)
    inner join alike
        on
            round_categories.definition_id = alike.definition_id
            and alike.operation_month between periods.period_start and periods.period_end

),

-- what does not count is not asked for by hospital
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
