{% test holds_for_every_row(model, condition) %}
{# Fails when the condition is false or unknown (NULL) in a row. Reports the rows. #}
select *
from {{ model }}
where ({{ condition }}) is not true
{% endtest %}
