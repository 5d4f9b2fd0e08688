{# A number with one decimal, halves away from 0. As a whole number of tenths, since engines differ in how they cast a binary
   fraction that lies beside a half. #}
{% macro one_decimal(number) -%}
    cast(round(10 * ({{ number }})) / 10 as decimal(9, 1))
{%- endmacro %}
