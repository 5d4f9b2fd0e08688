-- What was not counted of a region's contacts at each of its own hospitals.
select category_id, reason, hospital_code, category_name, row_name as label, hospital_name, contacts, operations
from marts.table_excluded
where settlement_id = $settlement_id and region_code = $region_code and not is_all_hospitals
order by category_order, reason_order, hospital_name
