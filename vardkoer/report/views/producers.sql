-- Bilaga 4 and the government's question: where the operations were done and by whom, by home region and category.
select
    region_code, row_name as label, category_id, category_name as heading, operation_month, scope, operations_home_region,
    operations_other_region, operations_unknown_region, operations, other_region_percent, operations_private, private_percent, flags
from marts.table_producers
where settlement_id = $settlement_id and scope = 'so_far'
order by region_order, category_order
