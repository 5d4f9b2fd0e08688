{# Operations that are paid for: all of them by volume (A2), those above the baseline by increase (A3). A category below its
   baseline has none and never offsets another. Not greatest(): it would take an unknown number for 0. #}
{% macro eligible_operations(allocation_model, operations, baseline_operations) -%}
    case {{ allocation_model }}
        when 'volume' then {{ operations }}
        when 'increase'
            then if({{ operations }} < {{ baseline_operations }}, 0, {{ operations }} - {{ baseline_operations }})
    end
{%- endmacro %}
