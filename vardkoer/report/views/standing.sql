-- Where the regions stand in a round: what is earned, what the cap leaves and where the pace leads.
select
    region_code,
    region_name as label,
    months_measured,
    months_to_come,
    case when undelivered.region_code is null then earned_kr end as earned_kr,
    cap_kr,
    case when undelivered.region_code is null then share_of_cap_percent end as share_of_cap_percent,
    case when undelivered.region_code is null then available_kr end as available_kr,
    case when undelivered.region_code is null then operations_to_cap_in_mix end as operations_to_cap_in_mix,
    case when undelivered.region_code is null then projected_performance_kr end as projected_performance_kr,
    flags
from marts.region_standing as standing
inner join seeds.regions using (region_code)
left join undelivered using (settlement_id, region_code)
where settlement_id = $settlement_id
order by region_code
