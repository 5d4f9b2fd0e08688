-- What each reading would have given a region.
select reading_id, reading_name as label, performance_kr, difference_kr, flags
from marts.table_readings
where settlement_id = $settlement_id and region_code = $region_code
order by size_order
