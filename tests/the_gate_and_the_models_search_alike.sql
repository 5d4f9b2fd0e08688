{#
    The gate, whose figures decide whether a file is refused, finds the same rows as the models. Their patterns for listed
    codes (`vardkoer/gate/search.py`, `int_contacts_searched`) could come apart otherwise, and nobody would see.
#}
select
    files.file_name,
    files.rows_found,
    count(rows_read.contact_row_key) as rows_read
from {{ ref('delivered_files') }} as files
left join {{ ref('int_contact_rows_read') }} as rows_read on files.file_name = rows_read.file_name
group by files.file_name, files.rows_found
having count(rows_read.contact_row_key) != files.rows_found
