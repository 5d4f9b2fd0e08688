with

operations as (

    select * from {{ ref('int_operations_judged') }}
    where counted_from is not null

),

periods as (

    select * from {{ ref('int_settlement_periods_limited') }}
    where counts_from = 'par' and period_role = 'measured'

),

round_categories as (

    select * from {{ ref('round_categories') }}
    where counts_from = 'par'

),

disclosed as (

    select * from {{ ref('disclosed_settlements') }}

),

choices as (

    select max(value) filter (where choice_id = 'reporting_months') as reporting_months
    from {{ ref('follow_up_choices') }}

),

layout_gaps as (

    select * from {{ ref('int_layout_gaps_found') }}
    where gap = 'vintage'

),

counted as (

    select
        settlement_id,
        round_categories.category_id,
        operations.home_region_code as region_code,
        coalesce(operations.hospital_code, '') as hospital_code,
        operations.counted_from
        > last_day(operations.operation_date + to_months(cast(choices.reporting_months as integer))) as is_late
    from disclosed
    cross join choices
    -- while nobody knows what came when, nothing is in time either
    anti join layout_gaps on disclosed.settlement_id = layout_gaps.settlement_id
    inner join periods using (settlement_id)
    inner join round_categories on periods.round_id = round_categories.round_id
    inner join operations
        on
            round_categories.definition_id = operations.definition_id
            and operations.operation_date between periods.period_start and periods.period_end
    where {{ decision_reason('operations', 'periods.cutoff_date') }} = 'counted'

),

final as (

    select
        settlement_id,
        region_code,
        category_id,
        hospital_code,
        count(*) as operations,
        count(*) filter (where is_late) as late_operations
    from counted
    group by settlement_id, region_code, category_id, hospital_code

)

select * from final
