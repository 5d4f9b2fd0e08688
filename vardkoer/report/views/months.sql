-- Operations of one region (or the nation, 00) and category by month, beside the year before and the baseline mean.
select operation_month, operations, operations_year_before, baseline_mean, change_year_before_percent, flags
from marts.table_operations
where settlement_id = $settlement_id and region_code = $region_code and category_id = $category_id
order by operation_month
