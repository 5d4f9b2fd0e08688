select line_kind, line_id, row_name as label, rows_delivered, rows_accepted, rows_quarantined
from marts.table_deliveries
where line_kind = $line_kind
order by is_total, line_id
