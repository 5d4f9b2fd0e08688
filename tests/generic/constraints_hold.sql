{% test constraints_hold(model) %}
{# Fails when values that a column's constraints call `not_null` or `unique` are missing or twice there (NULL may be
   twice there). Reports the constraint and how many break it. What a contract declares, DuckDB enforces as well. #}
{% set node = (graph.nodes.values() if execute else []) | selectattr('name', 'equalto', model.identifier) | first %}
{% set checks = [] %}
{% for column in (node.columns.values() if node else []) %}
    {% for constraint in column.constraints %}
        {% do checks.append((column.name, constraint.type)) %}
    {% endfor %}
{% endfor %}
select
    column_name,
    broken,
    rows_found
from (
    {% for column, kind in checks if kind == 'not_null' %}
    select
        '{{ column }}' as column_name,
        'not_null' as broken,
        count(*) as rows_found
    from {{ model }}
    where {{ column }} is null
    union all
    {% endfor %}
    {% for column, kind in checks if kind == 'unique' %}
    select
        '{{ column }}' as column_name,
        'unique' as broken,
        count(*) - count(distinct {{ column }}) as rows_found
    from {{ model }}
    where {{ column }} is not null
    union all
    {% endfor %}
    select
        '' as column_name,
        '' as broken,
        0 as rows_found
) as constraints_broken
where rows_found > 0
{% endtest %}
