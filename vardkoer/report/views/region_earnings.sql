-- What each category gives a region in a settlement.
select
    category_id,
    category_name_sv as label,
    earnings.operations,
    earnings.baseline_mean,
    earnings.baseline_operations,
    earnings.eligible_operations,
    earnings.rate_kr,
    earnings.earned_kr,
    standing.flags
from marts.grant_earnings as earnings
inner join seeds.categories using (category_id)
left join marts.standing_by_category as standing using (settlement_id, region_code, category_id)
where settlement_id = $settlement_id and region_code = $region_code
order by category_order
