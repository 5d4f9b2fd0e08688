select
    round_id, round_name, allocation_model, appropriation_kr, status, quote, document_name, diary_number, source_ref
from marts.table_rounds
where has_settlement
order by round_order
