-- What other terms would have paid for the same operations.
select
    scenario_id,
    any_value(scenario_name_sv) as label,
    any_value(question_sv) as question_sv,
    any_value(counts_settlement_id) as counts_settlement_id,
    case when not bool_or(is_undelivered) and count(eligible_operations) = count(*) then sum(eligible_operations) end
        as eligible_operations,
    case when not bool_or(is_undelivered) and count(performance_kr) = count(*) then sum(performance_kr) end
        as performance_kr,
    case
        when not bool_or(is_undelivered) and count(performance_kr) = count(*)
            then count(*) filter (where performance_kr = cap_kr)
    end as regions_at_cap,
    any_value(flags) as flags
from (
    select
        outcomes.*,
        scenarios.* exclude (scenario_id),
        undelivered.region_code is not null as is_undelivered,
        nation_flags.flags
    from marts.scenario_outcomes as outcomes
    inner join seeds.scenarios as scenarios using (scenario_id)
    left join undelivered
        on scenarios.counts_settlement_id = undelivered.settlement_id and outcomes.region_code = undelivered.region_code
    left join nation_flags on scenarios.counts_settlement_id = nation_flags.settlement_id
)
group by scenario_id
order by any_value(scenario_order)
