{% test has_rows_for_every(model, column_name, to, field, condition='true') %}
{# Fails when a value of a column elsewhere (in the rows that meet the condition) does not occur here: the reverse of
   `relationships`. Reports the values that are missing. #}
select distinct {{ field }}
from {{ to }}
where
    ({{ condition }})
    and {{ field }} is not null
    and {{ field }} not in (select {{ column_name }} from {{ model }} where {{ column_name }} is not null)
{% endtest %}
