{# A register date: YYYY-MM-DD or YYYYMMDD, a time of day after it is cut. Anything else is NULL. #}
{% macro parse_date(text) -%}
    cast(try_strptime(left(trim({{ text }}), 10), ['%Y-%m-%d', '%Y%m%d']) as date)
{%- endmacro %}
