-- How much of a month was known after so many months.
select category_id, category_name as heading, months_after, known_percent
from marts.table_completeness
order by months_after, category_order
