-- What other terms would have paid for the same operations.
select scenario_id, row_name as label, question_sv, settlement_id, eligible_operations, performance_kr, regions_at_cap, flags
from marts.table_scenarios
order by scenario_order
