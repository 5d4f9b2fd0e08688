-- The nation's quality by category, over the measured months of a settlement.
select
    category_id, category_name as label, operation_month, operations_so_far, late_so_far_percent,
    imputed_date_so_far_percent, invalid_identity_so_far_percent, unknown_hospital_so_far_percent
from marts.table_quality
where settlement_id = $settlement_id and region_code = '00' and is_latest_month
order by category_order
