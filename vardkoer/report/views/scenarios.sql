-- What other terms would have paid for the same operations.
select
    scenario_id,
    any_value(scenario_name_sv) as label,
    any_value(question_sv) as question_sv,
    any_value(counts_settlement_id) as counts_settlement_id,
    complete_sum(eligible_operations) as eligible_operations,
    complete_sum(performance_kr) as performance_kr,
    if(count(performance_kr) = count(*), count(*) filter (where performance_kr = cap_kr), null) as regions_at_cap,
    any_value(flags) as flags
from marts.scenario_outcomes
inner join seeds.scenarios using (scenario_id)
left join nation_flags on counts_settlement_id = nation_flags.settlement_id
group by scenario_id
order by any_value(scenario_order)
