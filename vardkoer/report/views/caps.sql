-- The most that performance can give each region in each round that has caps and a settlement.
select region_code, row_name as label, round_id, round_name as heading, cap_kr
from marts.table_caps
where has_settlement
order by region_code, round_order
