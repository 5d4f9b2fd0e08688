-- Kronor per operation of each round.
select round_id, category_id, row_name as label, rate_kr
from marts.table_rates
order by round_order, category_order
