-- The nation's measured period so far against the mean of the baseline years.
select
    category_id,
    category as label,
    operation_month,
    baseline_mean_so_far,
    operations_so_far,
    change_baseline_so_far_percent,
    string_agg(flags, ' ' order by operation_month) over (partition by category_id) as flags
from months
where settlement_id = $settlement_id and region_code = '00'
qualify operation_month = max(operation_month) over ()
order by category_order
