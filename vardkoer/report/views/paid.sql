-- Bilaga 1: what was paid to each region in each settlement of a report, and together.
select region_code, row_name as label, column_order, settlement_id, heading, allocated_kr, flags
from marts.table_grants
where report_id = $report_id
order by is_total, region_code, column_order
