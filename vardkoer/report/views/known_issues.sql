-- What the documents themselves say about the reporting.
select name_sv, text_sv, first_month, last_month, quote, document_name, diary_number, source_ref
from marts.table_method
where list_id = 'issue'
order by entry_order
