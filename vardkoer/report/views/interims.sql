-- How the round of a settlement has grown: the nation at each cut-off whose reports have come in.
select
    settlement_id,
    any_value(facts.settlement_name) as label,
    any_value(facts.cutoff_date) as cutoff_date,
    any_value(facts.status) as status,
    complete_sum(operations) as operations,
    complete_sum(eligible_operations) as eligible_operations,
    complete_sum(earned_kr) as earned_kr,
    any_value(nation_flags.flags) as flags
from marts.grant_earnings
inner join settlement_facts as facts using (settlement_id)
inner join settlement_facts as shown on facts.round_id = shown.round_id and facts.cutoff_date <= shown.cutoff_date
left join nation_flags using (settlement_id)
where shown.settlement_id = $shown_settlement_id and facts.counts_from = 'par'
group by settlement_id
order by any_value(facts.cutoff_date), settlement_id
