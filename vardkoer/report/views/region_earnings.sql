-- What each category gives a region in a settlement.
select
    category_id,
    category_name_sv as label,
    case when undelivered.region_code is null then earnings.operations end as operations,
    case when undelivered.region_code is null then earnings.baseline_mean end as baseline_mean,
    case when undelivered.region_code is null then earnings.baseline_operations end as baseline_operations,
    case when undelivered.region_code is null then earnings.eligible_operations end as eligible_operations,
    earnings.rate_kr,
    case when undelivered.region_code is null then earnings.earned_kr end as earned_kr,
    standing.flags
from marts.grant_earnings as earnings
inner join seeds.categories using (category_id)
left join undelivered using (settlement_id, region_code)
left join marts.standing_by_category as standing using (settlement_id, region_code, category_id)
where settlement_id = $settlement_id and region_code = $region_code
order by category_order
