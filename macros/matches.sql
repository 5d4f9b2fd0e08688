{# True when a text is, from end to end, what a regular expression without backslashes says. #}
{% macro matches(text, pattern) -%}
    regexp_replace('<' || {{ text }} || '>', '^<({{ pattern }})>$', '') = ''
{%- endmacro %}
