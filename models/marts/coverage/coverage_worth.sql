with

settlements as (

    select * from {{ ref('settlements') }}

),

rounds as (

    select * from {{ ref('grant_rounds') }}

),

baseline_years as (

    select
        round_id,
        count(*) as years
    from {{ ref('round_periods') }}
    where period_role = 'baseline'
    group by round_id

),

periods as (

    select * from {{ ref('coverage_by_period') }}

),

operation_counts as (

    select * from {{ ref('operation_counts') }}

),

earnings as (

    select * from {{ ref('grant_earnings') }}

),

performance as (

    select * from {{ ref('int_performance_capped') }}

),

baseline_sums as (

    select
        settlement_id,
        region_code,
        category_id,
        {{ complete_sum('operations') }} as operations
    from operation_counts
    where period_role = 'baseline'
    group by settlement_id, region_code, category_id

),

lists as (

    select distinct
        settlement_id,
        list_id,
        region_code
    from periods
    where region_code != '00'

),

missing as (

    select
        settlement_id,
        list_id,
        region_code,
        category_id,
        sum(list_only) filter (where period_role = 'measured') as missing_measured,
        sum(list_only) filter (where period_role = 'baseline' and months_claimed = months_in_period)
            as missing_baseline
    from periods
    group by settlement_id, list_id, region_code, category_id

),

-- every category of the round, since the cap is of all of them; a list adds to those that it claims
with_missing as (

    select
        lists.settlement_id,
        lists.list_id,
        lists.region_code,
        settlements.round_id,
        rounds.allocation_model,
        earnings.rate_kr,
        earnings.operations,
        earnings.baseline_operations,
        if(missing.category_id is null, 0, missing.missing_measured) as missing_measured,
        if(missing.category_id is null or rounds.allocation_model = 'volume', 0, missing.missing_baseline)
            as missing_baseline,
        baseline_sums.operations as baseline_sum,
        baseline_years.years
    from lists
    inner join settlements on lists.settlement_id = settlements.settlement_id
    inner join rounds on settlements.round_id = rounds.round_id
    inner join earnings on lists.settlement_id = earnings.settlement_id and lists.region_code = earnings.region_code
    left join missing
        on
            lists.settlement_id = missing.settlement_id
            and lists.list_id = missing.list_id
            and lists.region_code = missing.region_code
            and earnings.category_id = missing.category_id
    left join baseline_sums
        on
            lists.settlement_id = baseline_sums.settlement_id
            and lists.region_code = baseline_sums.region_code
            and earnings.category_id = baseline_sums.category_id
    left join baseline_years on settlements.round_id = baseline_years.round_id

),

-- A3 once more, with what the list has in both periods: a baseline that had it too would be higher
with_whole_baseline as (

    select
        *,
        operations + missing_measured as operations_with_missing,
        {{ rounded_mean('(baseline_sum + missing_baseline)', 'years') }} as baseline_with_missing
    from with_missing

),

eligible as (

    select
        *,
        {{ eligible_operations('allocation_model', 'operations_with_missing', 'baseline_operations') }}
            as eligible_with_missing,
        {{ eligible_operations('allocation_model', 'operations_with_missing', 'baseline_with_missing') }}
            as eligible_with_both
    from with_whole_baseline

),

earned as (

    select
        settlement_id,
        list_id,
        region_code,
        {{ complete_sum('missing_measured') }} as missing_measured,
        {{ complete_sum('missing_baseline') }} as missing_baseline,
        {{ complete_sum('eligible_with_missing * rate_kr') }} as earned_with_missing_kr,
        {{ complete_sum('eligible_with_both * rate_kr') }} as earned_with_both_kr
    from eligible
    group by settlement_id, list_id, region_code

),

-- up to the cap; least() leaves NULL out, and would answer with the cap
capped as (

    select
        earned.*,
        performance.performance_kr,
        performance.cap_kr,
        if(
            earned.earned_with_missing_kr is null or performance.cap_kr is null,
            null,
            least(earned.earned_with_missing_kr, performance.cap_kr)
        ) as performance_with_missing_kr,
        if(
            earned.earned_with_both_kr is null or performance.cap_kr is null,
            null,
            least(earned.earned_with_both_kr, performance.cap_kr)
        ) as performance_with_both_kr
    from earned
    inner join performance
        on earned.settlement_id = performance.settlement_id and earned.region_code = performance.region_code

),

final as (

    select
        settlement_id,
        list_id,
        region_code,
        cast(missing_measured as bigint) as missing_measured,
        cast(missing_baseline as bigint) as missing_baseline,
        performance_kr,
        cap_kr,
        cast(performance_with_missing_kr as bigint) as performance_with_missing_kr,
        cast(performance_with_missing_kr - performance_kr as bigint) as worth_kr,
        cast(performance_with_both_kr as bigint) as performance_with_both_kr,
        cast(performance_with_both_kr - performance_kr as bigint) as worth_in_both_periods_kr
    from capped

)

select * from final
