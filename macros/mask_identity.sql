{# Text of a register column without what looks like an identity number that somebody typed into the wrong field. #}
{% macro mask_identity(text) -%}
    regexp_replace({{ text }}, '[0-9]{6}([0-9]{2})?[-+ ]?[0-9]{4}', '*', 'g')
{%- endmacro %}
