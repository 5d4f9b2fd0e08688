{# A regular expression for an identity number in a text: twelve digits of a possible day, wherever they stand, or ten that
   are all of a number; between year, month, day and the last four may stand a sign. A number that happens to look like one is
   taken for one. #}
{% macro identity_number() -%}
    {% set sign = '[^0-9A-Za-z]?' -%}
    {% set month_and_day = '((0[1-9]|1[0-2])' ~ sign ~ '(0[1-9]|[12][0-9]|3[01]|[6-8][0-9]|9[01])|00' ~ sign ~ '([6-8][0-9]|9[01]))' -%}
    {% set ten = '[0-9]{2}' ~ sign ~ month_and_day ~ sign ~ '[0-9]{4}' -%}
    (18|19|20){{ ten }}|(^|[^0-9]){{ ten }}([^0-9]|$)
{%- endmacro %}
