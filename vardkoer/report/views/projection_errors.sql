-- The projections of a round at each cut-off date, and how far they were from what came.
select
    settlement_id, category_id, row_name as label, category_name as heading, projected_operations,
    error_operations_percent, projected_earned_kr, error_kr_percent
from marts.table_projection_errors
where round_id = $shown_round_id and region_code = $region_code
order by cutoff_date, category_order
