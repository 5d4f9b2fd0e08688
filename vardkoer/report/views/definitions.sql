-- Code lists, each code with its name.
select part_of, name_sv, text_sv, choice_sv, document_name, diary_number, source_ref
from marts.table_method
where list_id = 'code'
order by entry_order
