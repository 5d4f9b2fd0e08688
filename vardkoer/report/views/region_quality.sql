-- How late and how completely a region's operations came in, by category and month.
select
    category_id, category_name as heading, operation_month, operations, late_percent, expected_completeness_percent, flags
from marts.table_quality
where settlement_id = $settlement_id and region_code = $region_code
order by operation_month, category_order
