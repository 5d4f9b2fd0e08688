with

scenarios as (

    select * from {{ ref('scenarios') }}

),

counts as (

    select * from {{ ref('operation_counts') }}

),

rates as (

    select * from {{ ref('grant_rates') }}

),

caps as (

    select * from {{ ref('grant_caps') }}

),

round_categories as (

    select * from {{ ref('round_categories') }}

),

monthly as (

    select
        scenarios.*,
        counts.region_code,
        counts.category_id,
        counts.operation_month,
        counts.operations,
        counts.operation_month between scenarios.measured_start and scenarios.measured_end as is_measured,
        rates.rate_kr * scenarios.rate_percent // 100 as rate_kr
    from scenarios
    inner join counts on scenarios.counts_settlement_id = counts.settlement_id
    -- the counts may have categories that the round of the rates does not pay for
    inner join round_categories as paid_for
        on scenarios.rates_round_id = paid_for.round_id and counts.category_id = paid_for.category_id
    left join rates on scenarios.rates_round_id = rates.round_id and counts.category_id = rates.category_id
    where
        month(counts.operation_month) between month(scenarios.measured_start) and month(scenarios.measured_end)
        and (
            year(counts.operation_month) = year(scenarios.measured_start)
            or year(counts.operation_month) between scenarios.baseline_first_year and scenarios.baseline_last_year
        )

),

categories as (

    select
        scenario_id,
        allocation_model,
        region_code,
        category_id,
        any_value(rate_kr) as rate_kr,
        any_value(baseline_last_year - baseline_first_year + 1) as baseline_years,
        if(count(*) = count(operations), sum(operations) filter (where is_measured), null) as operations,
        if(count(*) = count(operations), sum(operations) filter (where not is_measured), null) as baseline_sum
    from monthly
    group by scenario_id, allocation_model, region_code, category_id

),

compared as (

    select
        *,
        {{ rounded_mean('baseline_sum', 'baseline_years') }} as baseline_operations
    from categories

),

eligible as (

    select
        *,
        {{ eligible_operations('allocation_model', 'operations', 'baseline_operations') }} as eligible_operations
    from compared

),

earned as (

    select
        scenario_id,
        region_code,
        {{ complete_sum('operations') }} as operations,
        {{ complete_sum('eligible_operations') }} as eligible_operations,
        {{ complete_sum('eligible_operations * rate_kr') }} as earned_kr,
        max(if(allocation_model = 'increase' and operations < baseline_operations, 0, rate_kr)) as best_rate_kr
    from eligible
    group by scenario_id, region_code

),

earned_by_month as (

    select
        scenario_id,
        region_code,
        operation_month,
        {{ complete_sum('operations * rate_kr') }} as earned_kr
    from monthly
    where is_measured and allocation_model = 'volume'
    group by scenario_id, region_code, operation_month

),

-- A5
so_far as (

    select
        *,
        {{ complete_sum_so_far('earned_kr', 'months_so_far') }} as earned_so_far_kr
    from earned_by_month
    window months_so_far as (partition by scenario_id, region_code order by operation_month)

),

capped as (

    select
        scenario_id,
        earned.region_code,
        earned.operations,
        earned.eligible_operations,
        earned.earned_kr,
        earned.best_rate_kr,
        caps.cap_kr * scenarios.cap_percent // 100 as cap_kr
    from earned
    inner join scenarios using (scenario_id)
    inner join caps on scenarios.caps_round_id = caps.round_id and earned.region_code = caps.region_code

),

cap_months as (

    select
        scenario_id,
        region_code,
        min(so_far.operation_month) as cap_month
    from capped
    inner join so_far using (scenario_id, region_code)
    where so_far.earned_so_far_kr >= capped.cap_kr
    group by scenario_id, region_code

),

final as (

    select
        scenario_id,
        region_code,
        cast(capped.operations as bigint) as operations,
        cast(capped.eligible_operations as bigint) as eligible_operations,
        cast(capped.earned_kr as bigint) as earned_kr,
        cast(capped.cap_kr as bigint) as cap_kr,
        cast(if(capped.earned_kr is null, null, least(capped.earned_kr, capped.cap_kr)) as bigint) as performance_kr,
        cap_months.cap_month,
        cast(case
            when capped.earned_kr >= capped.cap_kr then 0
            when capped.earned_kr < capped.cap_kr then least(capped.best_rate_kr, capped.cap_kr - capped.earned_kr)
        end as bigint) as largest_marginal_value_kr
    from capped
    left join cap_months using (scenario_id, region_code)

)

select * from final
