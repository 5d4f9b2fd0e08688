-- Rounds that are decided and not begun.
select round_id, round_name, allocation_model, appropriation_kr, categories, first_settlement_id
from marts.table_rounds
where is_announced
order by round_order
