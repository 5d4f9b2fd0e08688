{# Where a rate is not set nothing shows an amount that depends on it, 0 kr least of all (A6). #}
{% set amounts = {
    'grant_allocations': ['earned_kr', 'performance_kr', 'bonus_kr', 'allocated_kr'],
    'region_standing': ['earned_kr', 'available_kr', 'operations_to_cap_in_mix', 'projected_earned_kr'],
    'grant_earnings': ['earned_kr'],
    'standing_by_category': ['earned_kr', 'marginal_value_kr', 'operations_to_cap', 'projected_earned_kr'],
} -%}
{% set by_category = ['grant_earnings', 'standing_by_category'] -%}
with

unrated as (

    select distinct
        settlement_id,
        category_id
    from {{ ref('settlement_gaps') }}
    where gap = 'rate'

)

{% for mart, columns in amounts.items() -%}
    select
        mart.settlement_id,
        '{{ mart }}' as mart_name
    from {{ ref(mart) }} as mart
    where
        exists (
            select 1 from unrated
            where
                unrated.settlement_id = mart.settlement_id
                {% if mart in by_category %}and unrated.category_id = mart.category_id{% endif %}
        )
        and coalesce(mart.{{ columns | join(', mart.') }}) is not null
    {{ "union all" if not loop.last }}
{% endfor %}
