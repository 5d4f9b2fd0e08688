{# A regular expression as a literal. #}
{% macro regex(pattern) -%}
    '{{ pattern }}'
{%- endmacro %}

{# A text with every match of a regular expression replaced. #}
{% macro replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, {{ regex(pattern) }}, '{{ replacement }}', 'g')
{%- endmacro %}

{# A value as text, without the blanks of any kind around it. #}
{% macro trimmed(value) -%}
    trim(cast({{ value }} as string))
{%- endmacro %}

{# In a select list: one row for each whole number from the first to the last, which is not below it. #}
{% macro each_number(first_number, last_number) -%}
    unnest(generate_series({{ first_number }}, {{ last_number }}))
{%- endmacro %}

{# What the session of a build knows and no table has. #}
{% macro session_value(name) -%}
    getvariable('{{ name }}')
{%- endmacro %}

{# True when a text has in it a code that begins like a listed one (vardkoer/kept_files.py). DuckDB hands this function to
   the Parquet reader, which then reads the other columns of few rows only; `regexp_matches` it would not. #}
{% macro has_listed_code(text) -%}
    regexp_full_match({{ text }}, '(?s).*(' || coalesce({{ session_value('listed_code_pattern') }}, '') || ').*')
{%- endmacro %}
