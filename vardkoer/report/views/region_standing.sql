-- What the way to the cap looks like, category by category.
select
    category_id,
    category_name_sv as label,
    case when undelivered.region_code is null then operations end as operations,
    case when undelivered.region_code is null then operations_below_baseline end as operations_below_baseline,
    rate_kr,
    case when undelivered.region_code is null then marginal_value_kr end as marginal_value_kr,
    case when undelivered.region_code is null then operations_to_cap end as operations_to_cap,
    case when undelivered.region_code is null then operations_to_cap_in_mix end as operations_to_cap_in_mix,
    case when undelivered.region_code is null then projected_operations end as projected_operations,
    flags
from marts.standing_by_category
inner join seeds.categories using (category_id)
left join undelivered using (settlement_id, region_code)
where settlement_id = $settlement_id and region_code = $region_code
order by category_order
