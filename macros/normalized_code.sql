{# R2: a code as it is compared, in upper case and by its letters and digits alone (vardkoer/gate/seed_rows.py too). #}
{% macro normalized_code(text) -%}
    upper(regexp_replace({{ text }}, '[^\p{L}\p{N}]', '', 'g'))
{%- endmacro %}
