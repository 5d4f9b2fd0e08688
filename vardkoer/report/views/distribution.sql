-- Table 1 of the final report's summary: what there was to distribute and what was used.
select line_id, row_name as label, allocated_kr, used_kr, used_percent, comment_sv
from marts.table_distribution
order by line_order
