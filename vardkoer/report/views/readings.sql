-- What another reading of the documents would be worth.
select region_code, row_name as label, performance_kr, difference_kr, flags
from marts.table_readings
where settlement_id = $settlement_id and reading_id = $reading_id
order by region_order
