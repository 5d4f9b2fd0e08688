-- The same for every region, a column for each reading that moves an amount.
select region_code, row_name as label, reading_id, reading_name as heading, difference_kr, flags
from marts.table_readings
where settlement_id = $settlement_id and is_moving
order by region_order, size_order
