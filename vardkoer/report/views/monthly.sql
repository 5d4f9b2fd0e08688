-- Bilaga 3, tables 1 to 3: operations of one category by home region and month.
select region_code, row_name as label, operation_month, operations, flags
from marts.table_operations
where settlement_id = $settlement_id and category_id = $category_id
order by region_order, operation_month
