{# How many calendar months later the second date is, whatever their days. #}
{% macro month_difference(first_date, last_date) -%}
    (12 * (year({{ last_date }}) - year({{ first_date }})) + month({{ last_date }}) - month({{ first_date }}))
{%- endmacro %}
