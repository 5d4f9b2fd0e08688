-- Contact rows with a listed code, counted and excluded by reason, over the measured and the baseline months together.
select reason, reason_sv as label, rule, count(*) as contact_rows
from marts.contact_decisions
inner join seeds.decision_reasons using (reason)
where settlement_id = $settlement_id
group by reason, reason_sv, rule, reason_order
order by reason_order desc
