with

settlements as (

    select * from {{ ref('settlements') }}
    where counts_from = 'par'

),

rounds as (

    select * from {{ ref('grant_rounds') }}

),

earnings as (

    select * from {{ ref('grant_earnings') }}

),

performance as (

    select * from {{ ref('int_performance_capped') }}

),

pace as (

    select * from {{ ref('int_recent_pace_averaged') }}

),

baselines as (

    select * from {{ ref('int_baselines_completed') }}

),

periods as (

    select * from {{ ref('int_periods_projected') }}

),

final as (

    select
        settlements.settlement_id,
        earnings.region_code,
        earnings.category_id,
        rounds.allocation_model,
        earnings.operations,
        -- a category below its baseline earns nothing until this gap is filled
        case
            when rounds.allocation_model = 'volume' then 0
            when earnings.operations < earnings.baseline_operations
                then earnings.baseline_operations - earnings.operations
            when earnings.operations >= earnings.baseline_operations then 0
        end as operations_below_baseline,
        earnings.rate_kr,
        earnings.earned_kr,
        performance.cap_kr,
        performance.cap_kr - performance.performance_kr as available_kr,
        pace.months_measured,
        pace.months_to_come,
        pace.recent_months,
        pace.recent_operations,
        pace.baseline_years,
        baselines.baseline_operations,
        periods.projected_operations
    from settlements
    inner join rounds on settlements.round_id = rounds.round_id
    inner join earnings on settlements.settlement_id = earnings.settlement_id
    inner join performance
        on
            earnings.settlement_id = performance.settlement_id
            and earnings.region_code = performance.region_code
    inner join pace
        on
            earnings.settlement_id = pace.settlement_id
            and earnings.region_code = pace.region_code
            and earnings.category_id = pace.category_id
    left join periods
        on
            earnings.settlement_id = periods.settlement_id
            and earnings.region_code = periods.region_code
            and earnings.category_id = periods.category_id
    left join baselines
        on
            earnings.settlement_id = baselines.settlement_id
            and earnings.region_code = baselines.region_code
            and earnings.category_id = baselines.category_id

)

select * from final
