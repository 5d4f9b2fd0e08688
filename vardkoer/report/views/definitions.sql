-- Code lists and the criteria of the kinds of operation that use them.
select
    codes.list_id, codes.code, codes.name_sv, codes.status, codes.source_ref, document_name,
    diary_number
from (
    select list_id, code, name_sv, status, source_id, source_ref from seeds.procedure_codes
    union all by name
    select list_id, code, name_sv, status, source_id, source_ref from seeds.diagnosis_codes
) as codes
inner join seeds.source_documents using (source_id)
order by list_id, code
