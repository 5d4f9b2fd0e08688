-- Every rule of the rounds with the words of the document that it rests on; without words it is a choice.
select entry_id, name_sv as label, text_sv as quote, document_name as document, source_ref
from marts.table_method
where list_id = 'round_rule'
order by entry_order
