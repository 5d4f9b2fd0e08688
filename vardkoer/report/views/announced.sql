-- Rounds that are decided and not begun: no month is delivered and no cut-off date reached. What is missing is told of the
-- first settlement that measures the whole period.
select
    facts.round_id,
    any_value(facts.round_name) as round_name,
    any_value(facts.allocation_model) as allocation_model,
    any_value(facts.appropriation_kr) as appropriation_kr,
    min_by(settlement_id, facts.cutoff_date) filter (where facts.measured_through is null) as settlement_id,
    any_value(periods.measured) as measured,
    any_value(periods.baseline) as baseline
from settlement_facts as facts
inner join (
    select
        round_id,
        list([period_start, period_end] order by period_start) filter (where period_role = 'measured') as measured,
        list([period_start, period_end] order by period_start) filter (where period_role = 'baseline') as baseline
    from seeds.round_periods
    group by round_id
) as periods using (round_id)
left join (
    select distinct settlement_id
    from marts.operation_counts
    where period_role = 'measured' and operations is not null
) as known using (settlement_id)
group by facts.round_id
having not bool_or(facts.is_reached) and count(known.settlement_id) = 0
order by min(facts.settlement_order)
