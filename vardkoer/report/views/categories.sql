-- Categories of a settlement.
select category_id, category_name as category, counts_from, status
from marts.table_categories
where settlement_id = $settlement_id
order by category_order
