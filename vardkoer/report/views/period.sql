-- Bilaga 3, table 4: the whole measured period so far against the mean of the baseline years.
select
    region_code,
    label,
    category_id,
    category as heading,
    operation_month,
    baseline_mean_so_far,
    operations_so_far,
    change_baseline_so_far_percent,
    string_agg(flags, ' ' order by operation_month) over (partition by region_code, category_id) as flags
from months
where settlement_id = $settlement_id
qualify operation_month = max(operation_month) over ()
order by region_order, category_order
