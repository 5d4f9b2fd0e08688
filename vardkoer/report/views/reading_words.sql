-- Every place where the documents can be read otherwise, priced or not.
select
    reading_id, row_name, rule_id, quote, document_name, diary_number, source_ref, implemented_sv, reading_sv, why_sv,
    not_priced_sv
from marts.table_reading_words
order by reading_order
