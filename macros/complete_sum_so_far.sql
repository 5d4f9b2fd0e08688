{# Running sum over a window from the first row on, NULL from the first unknown part on: one unknown month leaves every later
   sum unknown (A6). #}
{% macro complete_sum_so_far(expression, window_name) -%}
    case
        when count({{ expression }}) over {{ window_name }} = count(*) over {{ window_name }}
            then sum({{ expression }}) over {{ window_name }}
    end
{%- endmacro %}
