-- Rows with a listed code, counted and excluded by reason.
select reason, row_name as label, rule_id as rule, contact_rows
from marts.table_decisions
where settlement_id = $settlement_id
order by reason_order desc
