{# A regular expression for an identity number in a text: twelve digits of a possible day at the beginning or the end of a
   number, or ten that are all of it; before the last four may stand a sign or a blank. A number that happens to look like
   one is taken for one. #}
{% macro identity_number() -%}
    {% set month_and_day = '((0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01]|6[0-9]|[78][0-9]|9[01])|00(6[0-9]|[78][0-9]|9[01]))' -%}
    {% set ten = '[0-9]{2}' ~ month_and_day ~ '[-+ ]?[0-9]{4}' -%}
    (^|[^0-9])((18|19|20)?{{ ten }}([^0-9]|$)|(18|19|20){{ ten }})|(18|19|20){{ ten }}([^0-9]|$)
{%- endmacro %}
