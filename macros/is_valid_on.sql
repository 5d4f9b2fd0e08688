{# True when a seed row with valid_from and valid_to (inclusive, NULL: open) applies on a date. An unknown date
   matches every row: a contact without any date is kept in int_operations_derived, though it lies in no period. #}
{% macro is_valid_on(relation, date) -%}
    coalesce({{ date }} between {{ relation }}.valid_from and coalesce({{ relation }}.valid_to, date '9999-12-31'), true)
{%- endmacro %}
