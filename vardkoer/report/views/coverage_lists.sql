-- Second lists and the settlements in which the register is compared with them, by category.
select settlement_id, list_id, list_name_sv, category_id, category_name
from marts.coverage_disclosed
where region_code = '00' and period_role = 'measured'
order by settlement_id, list_id, category_id
