{#
    The rows of a file, by the footer of Parquet or by a reader of CSV apart from that of the models, are the sum of its
    outcomes in `row_account`. A row that is lost or read twice between the file and its outcome would show nowhere else.
#}
select
    files.file_name,
    files.rows_delivered,
    coalesce(sum(row_account.rows), 0) as rows_with_outcome
from {{ ref('delivered_files') }} as files
left join {{ ref('row_account') }} as row_account on files.file_name = row_account.file_name
group by files.file_name, files.rows_delivered
having coalesce(sum(row_account.rows), 0) != files.rows_delivered
