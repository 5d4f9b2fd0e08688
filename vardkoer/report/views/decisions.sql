-- Contact rows of the measured months of every region and settlement, counted and excluded by reason. Finer than what the
-- agency publishes: numbers that its policy would hide are hidden, and no sums are shown beside them.
select
    settlement_id,
    region_code,
    reason,
    reason_sv as label,
    rule,
    case when count(*) >= any_value(smallest_shown) then count(*) end as measured_rows
from marts.contact_decisions
inner join seeds.decision_reasons using (reason)
inner join settlement_facts using (settlement_id)
cross join (select smallest_shown from seeds.disclosure_policies where policy_id = 'suppress_below_5')
where
    period_role = 'measured'
    and region_code is not null
    and (measured_through is null or settlement_id in (select settlement_id from current_settlement))
group by settlement_id, settlement_order, region_code, reason, reason_sv, rule, reason_order
order by settlement_order, region_code, reason_order desc
