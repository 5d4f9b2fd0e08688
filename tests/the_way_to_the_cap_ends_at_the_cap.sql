{#
    The operations that a region is told to need, added to those it has done, earn its cap by A2 and A3, in the mix and in
    each category alone; one operation less in each category earns less than the cap.
#}
with

categories as (

    select
        categories.settlement_id,
        categories.region_code,
        categories.category_id,
        rounds.allocation_model,
        earnings.operations,
        earnings.baseline_operations,
        categories.rate_kr,
        categories.earned_kr,
        categories.operations_to_cap,
        categories.operations_to_cap_in_mix,
        allocations.earned_kr as region_earned_kr,
        allocations.cap_kr
    from {{ ref('standing_by_category') }} as categories
    inner join {{ ref('grant_earnings') }} as earnings
        on
            categories.settlement_id = earnings.settlement_id
            and categories.region_code = earnings.region_code
            and categories.category_id = earnings.category_id
    inner join {{ ref('grant_allocations') }} as allocations
        on
            categories.settlement_id = allocations.settlement_id
            and categories.region_code = allocations.region_code
    inner join {{ ref('settlements') }} as settlements on categories.settlement_id = settlements.settlement_id
    inner join {{ ref('grant_rounds') }} as rounds on settlements.round_id = rounds.round_id
    where allocations.earned_kr < allocations.cap_kr

),

-- what a category earns with the operations that it is told to need, and with one operation less
ways as (

    select
        {% for way in ['operations_to_cap', 'operations_to_cap_in_mix'] -%}
            {% for fewer in [0, 1] -%}
                greatest(
                    0,
                    operations + greatest({{ way }} - {{ fewer }}, 0)
                    - if(allocation_model = 'volume', 0, baseline_operations)
                ) * rate_kr as {{ way }}_{{ fewer }}_kr,
            {% endfor %}
        {%- endfor -%}
        *
    from categories

)

select
    settlement_id,
    region_code,
    category_id,
    'alone' as way
from ways
where
    (region_earned_kr - earned_kr + operations_to_cap_0_kr >= cap_kr) is not true
    or (region_earned_kr - earned_kr + operations_to_cap_1_kr < cap_kr) is not true
union all
select
    settlement_id,
    region_code,
    null as category_id,
    'mix' as way
from ways
group by settlement_id, region_code, cap_kr
having
    -- a region without recent operations has no mix
    count(operations_to_cap_in_mix) > 0
    and (
        (sum(operations_to_cap_in_mix_0_kr) >= cap_kr) is not true
        or (sum(operations_to_cap_in_mix_1_kr) < cap_kr) is not true
    )
