{% test unique_combination(model, columns) %}
{# Fails when two rows share the values of all the columns; NULLs count as equal. Reports the values and how many. #}
select
    {{ columns | join(', ') }},
    count(*) as rows_found
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
