-- What had come in late at a settlement's cut-off, by region and category over the measured months.
select region_code, row_name as label, category_id, category_name as heading, operation_month, late_so_far_percent
from marts.table_quality
where settlement_id = $settlement_id and counts_from = 'par' and is_latest_month
order by region_order, category_order
