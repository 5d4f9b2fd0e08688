with

earnings as (

    select * from {{ ref('grant_earnings') }}

),

standing as (

    select * from {{ ref('standing_by_category') }}

),

supplements as (

    select
        settlement_id,
        region_code,
        category_id,
        sum(earned_supplement_kr) as earned_supplement_kr
    from {{ ref('supplement_earnings') }}
    group by settlement_id, region_code, category_id

),

completed as (

    select * from {{ ref('int_grants_completed') }}

),

plans as (

    select * from {{ ref('region_plans') }}

),

settlements as (

    select * from {{ ref('settlements') }}

),

report_regions as (

    select * from {{ ref('int_regions_grouped') }}

),

categories as (

    select * from {{ ref('categories') }}

),

flags as (

    select * from {{ ref('int_settlements_flagged') }}

),

by_region as (

    select
        settlement_id,
        region_code,
        category_id,
        earnings.operations,
        earnings.baseline_mean,
        earnings.baseline_operations,
        earnings.eligible_operations,
        earnings.rate_kr,
        earnings.earned_kr,
        supplements.earned_supplement_kr,
        standing.operations_below_baseline,
        standing.marginal_value_kr,
        standing.operations_to_cap,
        standing.operations_to_cap_in_mix,
        standing.projected_operations,
        standing.projected_earned_kr,
        completed.completed_operations,
        completed.completed_eligible_operations,
        completed.completed_supplement_kr,
        completed.completed_earned_kr,
        plans.planned_operations
    from earnings
    inner join settlements using (settlement_id)
    left join standing using (settlement_id, region_code, category_id)
    left join supplements using (settlement_id, region_code, category_id)
    left join completed using (settlement_id, region_code, category_id)
    left join plans using (round_id, region_code, category_id)

),

-- the sum is known when every region's part is (A6); what is a region's own has none
summed as (

    select
        by_region.settlement_id,
        report_regions.region_code,
        by_region.category_id,
        {% for column in [
            'operations', 'eligible_operations', 'earned_kr', 'earned_supplement_kr', 'projected_operations',
            'projected_earned_kr', 'completed_operations', 'completed_eligible_operations', 'completed_supplement_kr',
            'completed_earned_kr', 'planned_operations',
        ] -%}
            cast({{ complete_sum('by_region.' ~ column) }} as bigint) as {{ column }},
        {% endfor %}
    {% for column in [
        'baseline_mean', 'baseline_operations', 'rate_kr', 'operations_below_baseline', 'marginal_value_kr',
        'operations_to_cap', 'operations_to_cap_in_mix',
    ] -%}
        max(by_region.{{ column }}) filter (where report_regions.region_code != '00') as {{ column }}
        {{- "," if not loop.last }}
    {% endfor %}
    from by_region
    inner join report_regions on by_region.region_code = report_regions.member_region_code
    group by by_region.settlement_id, report_regions.region_code, by_region.category_id

),

final as (

    select
        summed.settlement_id,
        summed.region_code,
        category_id,
        categories.category_name_sv as row_name,
        summed.operations,
        summed.baseline_mean,
        summed.baseline_operations,
        summed.eligible_operations,
        summed.rate_kr,
        summed.earned_kr,
        summed.earned_supplement_kr,
        summed.operations_below_baseline,
        summed.marginal_value_kr,
        summed.operations_to_cap,
        summed.operations_to_cap_in_mix,
        summed.projected_operations,
        summed.projected_earned_kr,
        summed.completed_operations,
        summed.completed_eligible_operations,
        summed.completed_supplement_kr,
        summed.completed_earned_kr,
        summed.planned_operations,
        summed.planned_operations is not null as has_plan,
        flags.flags,
        categories.category_order
    from summed
    inner join categories using (category_id)
    left join flags
        on
            summed.settlement_id = flags.settlement_id
            and summed.region_code = flags.region_code
            and summed.category_id = flags.category_id

)

select * from final
