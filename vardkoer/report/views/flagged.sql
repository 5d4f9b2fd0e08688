-- How many of a region's monthly counts carry each warning, in the measured months of a settlement.
select region_code, row_name as label, flag_id, flag_name as heading, flagged_counts
from marts.table_flag_counts
where settlement_id = $settlement_id
order by region_code, flag_order
