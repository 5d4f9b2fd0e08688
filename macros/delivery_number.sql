{# The whole number that a text is, also where a program has written it with decimals. #}
{% macro delivery_number(text) -%}
    cast(try_cast({{ text }} as decimal(38, 0)) as bigint)
{%- endmacro %}
