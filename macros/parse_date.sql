{#
    A register date: YYYY-MM-DD or YYYYMMDD, nothing shorter; a time of day after a blank or T is cut. Anything else is
    NULL. The gate holds dates of receipt to the same (DATE_TEXT in vardkoer/delivery_files.py).
#}
{% macro parse_date(text) -%}
    {% set dashed = regex('^[\\t\\n\\f\\r ]*([0-9]{4}-[0-9]{2}-[0-9]{2})([ T].*)?\\z') -%}
    {% set compact = regex('^[\\t\\n\\f\\r ]*([0-9]{4})([0-9]{2})([0-9]{2})([ T].*)?\\z') -%}
    {% set text = 'cast(' ~ text ~ ' as string)' -%}
    coalesce(
        try_cast(regexp_extract({{ text }}, {{ dashed }}, 1) as date),
        try_cast(concat_ws(
            '-',
            regexp_extract({{ text }}, {{ compact }}, 1),
            regexp_extract({{ text }}, {{ compact }}, 2),
            regexp_extract({{ text }}, {{ compact }}, 3)
        ) as date)
    )
{%- endmacro %}
