-- How the round under way has grown: the nation at each cut-off whose reports have come in.
select settlement_id, region_code, settlement_name as label, cutoff_date, status, operations, eligible_operations, earned_kr, flags
from marts.table_amounts
where is_of_current_round and region_code = '00'
order by settlement_order
