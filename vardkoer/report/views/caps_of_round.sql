-- The most that performance can give each region in a round, as decided.
select region_code, row_name as label, cap_kr
from marts.table_caps
where round_id = $round_id
order by region_code
