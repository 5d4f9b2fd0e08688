select
    file_name,
    file_name as label,
    sum(rows_delivered) as rows_delivered,
    sum(rows_accepted) as rows_accepted,
    sum(rows_quarantined) as rows_quarantined
from marts.delivered_files
group by grouping sets ((file_name), ())
order by file_name is null, file_name
