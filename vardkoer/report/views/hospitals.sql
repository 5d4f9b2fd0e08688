-- Who operated: hospitals as they may be shown, those that are hidden last and together.
select category_id, hospital_code, row_name as label, operations, late_percent, flags
from marts.hospital_operations_disclosed
where settlement_id = $settlement_id and region_code = $region_code and category_id = $category_id
order by row_order
