{# Sum that is NULL as soon as one of its parts is: an amount that depends on something unknown is unknown (A6). #}
{% macro complete_sum(expression) -%}
    case when count({{ expression }}) = count(*) then sum({{ expression }}) end
{%- endmacro %}
