-- What the way to the cap looks like, category by category.
select
    category_id,
    category_name_sv as label,
    operations,
    operations_below_baseline,
    rate_kr,
    marginal_value_kr,
    operations_to_cap,
    operations_to_cap_in_mix,
    projected_operations,
    flags
from marts.standing_by_category
inner join seeds.categories using (category_id)
where settlement_id = $settlement_id and region_code = $region_code
order by category_order
