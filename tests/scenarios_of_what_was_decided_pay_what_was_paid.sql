{# A scenario with the terms that were decided gives the amounts and cap months of the settlement that it rests on. #}
with

decided as (

    select
        scenarios.scenario_id,
        scenarios.counts_settlement_id as settlement_id
    from {{ ref('scenarios') }} as scenarios
    inner join {{ ref('settlements') }} as settlements on scenarios.counts_settlement_id = settlements.settlement_id
    inner join {{ ref('grant_rounds') }} as rounds on settlements.round_id = rounds.round_id
    where
        settlements.round_id = scenarios.rates_round_id
        and settlements.round_id = scenarios.caps_round_id
        and rounds.allocation_model = scenarios.allocation_model
        and scenarios.rate_percent = 100
        and scenarios.cap_percent = 100
        and coalesce(scenarios.baseline_last_year - scenarios.baseline_first_year + 1, 0) = (
            select count(*) from {{ ref('round_periods') }} as periods
            where periods.round_id = settlements.round_id and periods.period_role = 'baseline'
        )

)

select
    decided.scenario_id,
    allocations.region_code,
    allocations.performance_kr,
    outcomes.performance_kr as scenario_performance_kr
from decided
inner join {{ ref('grant_allocations') }} as allocations using (settlement_id)
left join {{ ref('scenario_outcomes') }} as outcomes
    on
        decided.scenario_id = outcomes.scenario_id
        and allocations.region_code = outcomes.region_code
where
    allocations.performance_kr is distinct from outcomes.performance_kr
    or allocations.earned_kr is distinct from outcomes.earned_kr
    or allocations.cap_month is distinct from outcomes.cap_month
