-- What late reports moved, against the settlement it is compared with.
select region_code, row_name as label, operations_before, operations_after, allocated_before_kr, allocated_after_kr, difference_kr, flags
from marts.table_late_effects
where settlement_id = $settlement_id
order by region_order
