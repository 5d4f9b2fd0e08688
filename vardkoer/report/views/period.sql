-- Bilaga 3, table 4: the whole measured period so far against the mean of the baseline years, and the year before.
select
    region_code, row_name as label, category_id, category_name as heading, operation_month, baseline_mean_so_far,
    operations_year_before_so_far, operations_so_far, change_baseline_so_far_percent, change_year_before_so_far_percent,
    flags_so_far as flags
from marts.table_operations
where settlement_id = $settlement_id and is_latest_month
order by region_order, category_order
