-- What other terms would have paid for the same operations.
select
    scenario_id,
    any_value(scenario_name_sv) as label,
    any_value(question_sv) as question_sv,
    any_value(counts_settlement_id) as counts_settlement_id,
    case when not bool_or(is_missing) then sum(eligible_operations) end as eligible_operations,
    case when not bool_or(is_missing) then sum(performance_kr) end as performance_kr,
    case when not bool_or(is_missing) then count(*) filter (where performance_kr = cap_kr) end as regions_at_cap
from (
    select
        outcomes.*,
        scenarios.* exclude (scenario_id),
        outcomes.performance_kr is null or undelivered.region_code is not null as is_missing
    from marts.scenario_outcomes as outcomes
    inner join seeds.scenarios as scenarios using (scenario_id)
    left join undelivered
        on scenarios.counts_settlement_id = undelivered.settlement_id and outcomes.region_code = undelivered.region_code
)
group by scenario_id
order by any_value(scenario_order)
