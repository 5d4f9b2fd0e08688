-- Where a region has told its plan: the plan beside the outcome.
select settlement_id, category_id, row_name as label, planned_operations, eligible_operations, rate_kr, earned_kr, flags
from marts.table_earnings
where region_code = $region_code and has_plan
order by settlement_id, category_order
