-- How the round of a settlement has grown: the nation at each cut-off whose reports have come in.
select
    earnings.settlement_id,
    any_value(facts.settlement_name) as label,
    any_value(facts.cutoff_date) as cutoff_date,
    any_value(facts.status) as status,
    case when not bool_or(is_undelivered) and count(operations) = count(*) then sum(operations) end as operations,
    case when not bool_or(is_undelivered) and count(eligible_operations) = count(*) then sum(eligible_operations) end
        as eligible_operations,
    case when not bool_or(is_undelivered) and count(earned_kr) = count(*) then sum(earned_kr) end as earned_kr,
    any_value(nation_flags.flags) as flags
from (
    select earnings.*, undelivered.region_code is not null as is_undelivered
    from marts.grant_earnings as earnings
    left join undelivered using (settlement_id, region_code)
) as earnings
inner join settlement_facts as facts using (settlement_id)
inner join settlement_facts as shown on facts.round_id = shown.round_id and facts.cutoff_date <= shown.cutoff_date
left join nation_flags on earnings.settlement_id = nation_flags.settlement_id
where shown.settlement_id = $shown_settlement_id and facts.counts_from = 'par'
group by earnings.settlement_id
order by any_value(facts.cutoff_date), earnings.settlement_id
