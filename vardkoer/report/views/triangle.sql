-- The reporting triangle of the nation: operations of a month known after so many months, for the last months.
select category_id, operation_month, months_after, operations_known, newest_report_month
from marts.table_triangle
where category_id = $category_id
order by operation_month, months_after
