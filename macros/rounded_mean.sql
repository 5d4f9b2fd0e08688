{# The mean as a whole number, halves up; in integers, so that no binary fraction decides (A3). #}
{% macro rounded_mean(total, number) -%}
    (2 * {{ total }} + {{ number }}) // (2 * {{ number }})
{%- endmacro %}
