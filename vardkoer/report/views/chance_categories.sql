-- What chance alone earns before the caps, by category.
select category_id, row_name as label, eligible_by_chance, earned_by_chance_kr, eligible_operations, earned_kr
from marts.table_chance_categories
where settlement_id = $settlement_id
order by category_order
