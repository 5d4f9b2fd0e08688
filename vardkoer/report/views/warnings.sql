-- What the warnings mean.
select entry_id, name_sv, text_sv, quote, document_name, diary_number, source_ref
from marts.table_method
where list_id = 'flag'
order by entry_order
