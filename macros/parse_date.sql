{#
    A register date: YYYY-MM-DD or YYYYMMDD, nothing shorter; a time of day after a blank or T is cut. Anything else is
    NULL. The gate holds dates of receipt to the same (DATE_TEXT in vardkoer/delivery_files.py).
#}
{% macro parse_date(text) -%}
    {{ date_of_digits(date_digits(text)) }}
{%- endmacro %}

{# The date that eight digits are; NULL where there is no such day or no digits. #}
{% macro date_of_digits(digits) -%}
    try_cast(concat_ws('-', substr({{ digits }}, 1, 4), substr({{ digits }}, 5, 2), substr({{ digits }}, 7, 2)) as date)
{%- endmacro %}

{# The eight digits of such a date, whether there is that day or not; empty for anything else, NULL for NULL. #}
{% macro date_digits(text) -%}
    replace(regexp_extract(
        cast({{ text }} as string),
        '^[\t\n\f\r ]*([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8})([ T].*)?\z',
        1
    ), '-', '')
{%- endmacro %}
