{# Why an operation counts or does not in the eyes of a cut-off date: the first reason that applies (R1, R7). #}
{% macro decision_reason(operations, cutoff_date) -%}
    case
        when {{ operations }}.received_date > {{ cutoff_date }} then 'received_after_cutoff'
        when {{ operations }}.superseded_date <= {{ cutoff_date }} then 'superseded'
        when {{ operations }}.own_reason is not null then {{ operations }}.own_reason
        when {{ operations }}.counted_from > {{ cutoff_date }} then 'same_person_same_day'
        else 'counted'
    end
{%- endmacro %}
