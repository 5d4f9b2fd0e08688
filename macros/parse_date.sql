{#
    A register date: YYYY-MM-DD or YYYYMMDD, nothing shorter; a time of day after a blank or T is cut. Anything else is
    NULL. The gate holds dates of receipt to the same (DATE_TEXT in vardkoer/delivery_files.py).
#}
{% macro parse_date(text) -%}
    cast(
        try_strptime(
            regexp_extract(cast({{ text }} as varchar), '^\s*([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8})([ T].*)?$', 1),
            ['%Y-%m-%d', '%Y%m%d']
        ) as date
    )
{%- endmacro %}
