-- How far the projections of a round at each cut-off date were from what came.
select settlement_id, category_id, row_name as label, category_name as heading, error_operations_percent, error_kr_percent
from marts.table_projection_errors
where round_id = $shown_round_id and region_code = $region_code
order by cutoff_date, category_order
