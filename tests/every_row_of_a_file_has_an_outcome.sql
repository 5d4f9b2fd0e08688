{#
    The rows of a file, by the footer of Parquet or by a reader of CSV apart from that of the models, are the sum of its
    outcomes in `row_account`. A row that is lost or read twice between the file and its outcome would show nowhere else.
#}
select
    file_name,
    files.rows_delivered,
    coalesce(sum(row_account.rows), 0) as rows_with_outcome
from {{ ref('delivered_files') }} as files
left join {{ ref('row_account') }} as row_account using (file_name)
group by file_name, files.rows_delivered
having coalesce(sum(row_account.rows), 0) != files.rows_delivered
