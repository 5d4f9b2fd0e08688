-- Fails when the gate, whose figures decide whether a file is refused, finds other rows than the models: their patterns
-- for listed codes (`vardkoer/gate/search.py`, `int_contacts_searched`) have come apart.
select
    files.file_name,
    files.rows_found,
    count(rows_read.contact_row_key) as rows_read
from {{ ref('delivered_files') }} as files
left join {{ ref('int_contact_rows_read') }} as rows_read on files.file_name = rows_read.file_name
group by files.file_name, files.rows_found
having count(rows_read.contact_row_key) != files.rows_found
