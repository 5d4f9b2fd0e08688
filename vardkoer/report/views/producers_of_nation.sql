-- The nation month by month.
select
    region_code, category_id, operation_month, scope, operations_home_region, operations_other_region,
    operations_unknown_region, operations, operations_private, operations_public, operations_unknown_ownership,
    flags
from marts.table_producers
where settlement_id = $settlement_id and category_id = $category_id and scope = 'month'
order by operation_month
