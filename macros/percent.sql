{# A part in percent of a whole, with one decimal, halves away from 0; in whole numbers, so that no binary fraction decides
   beside a half. NULL when one of them is unknown or the whole is 0. -#}
{% macro percent(part, whole) -%}
    cast(
        sign({{ part }}) * ((2000 * abs({{ part }}) + {{ whole }}) // nullif(2 * {{ whole }}, 0)) / 10 as decimal(9, 1)
    )
{%- endmacro %}
