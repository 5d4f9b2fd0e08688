-- Where the regions stand in a round: what is earned, what the cap leaves and where the pace leads.
select
    region_code,
    region_name as label,
    months_measured,
    months_to_come,
    earned_kr,
    cap_kr,
    share_of_cap_percent,
    available_kr,
    operations_to_cap_in_mix,
    projected_performance_kr,
    flags
from marts.region_standing as standing
inner join seeds.regions using (region_code)
where settlement_id = $settlement_id
order by region_code
