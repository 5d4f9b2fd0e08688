select fault, fault_sv as label, count(*) as quarantined_rows
from marts.quarantined_rows
group by fault, fault_sv
order by fault
