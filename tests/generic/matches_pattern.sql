{% test matches_pattern(model, column_name, pattern) %}
{# Fails when a value is not, from end to end, what the regular expression says; NULL passes. Reports how long such
   values are and how many, never a value: it could be an identity number. #}
select
    length({{ column_name }}) as value_length,
    count(*) as rows_found
from {{ model }}
where not regexp_full_match({{ column_name }}, '{{ pattern }}')
group by value_length
{% endtest %}
