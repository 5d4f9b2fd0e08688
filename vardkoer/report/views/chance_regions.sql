-- What chance alone pays a region, beside what was paid.
select region_code, row_name as label, earned_by_chance_kr, performance_by_chance_kr, earned_kr, performance_kr
from marts.table_chance_regions
where settlement_id = $settlement_id
order by region_order
