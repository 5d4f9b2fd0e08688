{# Columns that somebody else's file need not bring (`optional_columns` in the yml of a seed) are there all the same, NULL. #}
{% macro add_optional_columns() -%}
    {% for column in model.config.get('meta', {}).get('optional_columns', []) -%}
        alter table {{ this }} add column if not exists {{ column }} {{ model.config.column_types[column] }};
    {% endfor %}
{%- endmacro %}
