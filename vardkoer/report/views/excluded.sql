-- What was not counted of a region's contacts, by category and reason.
select category_id, reason, hospital_code, category_name, row_name as label, rule_id as rule, contacts, operations
from marts.table_excluded
where settlement_id = $settlement_id and region_code = $region_code and is_all_hospitals
order by category_order, reason_order
