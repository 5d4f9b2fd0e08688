with

allocations as (

    select * from {{ ref('grant_allocations') }}

),

standing as (

    select * from {{ ref('region_standing') }}

),

earnings as (

    select * from {{ ref('grant_earnings') }}

),

supplements as (

    select * from {{ ref('supplement_earnings') }}

),

completed as (

    select * from {{ ref('int_grants_completed') }}

),

settlements as (

    select * from {{ ref('table_settlements') }}

),

report_regions as (

    select * from {{ ref('int_regions_grouped') }}

),

regions as (

    select * from {{ ref('dim_region') }}

),

flags as (

    select * from {{ ref('int_settlements_flagged') }}
    where category_id is null

),

counted as (

    select
        settlement_id,
        region_code,
        {{ complete_sum('operations') }} as operations,
        {{ complete_sum('eligible_operations') }} as eligible_operations
    from earnings
    group by settlement_id, region_code

),

supplemented as (

    select
        settlement_id,
        region_code,
        {{ complete_sum('earned_supplement_kr') }} as earned_supplement_kr
    from supplements
    group by settlement_id, region_code

),

forecast as (

    select
        settlement_id,
        region_code,
        {{ complete_sum('completed_eligible_operations') }} as completed_eligible_operations,
        {{ complete_sum('completed_supplement_kr') }} as completed_supplement_kr,
        {{ complete_sum('completed_earned_kr') }} as completed_earned_kr
    from completed
    group by settlement_id, region_code

),

by_region as (

    select
        settlement_id,
        region_code,
        allocations.earned_kr,
        allocations.cap_kr,
        allocations.performance_kr,
        allocations.bonus_kr,
        allocations.allocated_kr,
        allocations.cap_month,
        allocations.status,
        counted.operations,
        counted.eligible_operations,
        supplemented.earned_supplement_kr,
        standing.months_measured,
        standing.months_to_come,
        standing.available_kr,
        standing.operations_to_cap_in_mix,
        standing.projected_earned_kr,
        standing.projected_performance_kr,
        forecast.completed_eligible_operations,
        forecast.completed_supplement_kr,
        forecast.completed_earned_kr,
        if(
            forecast.completed_earned_kr is null, null, least(forecast.completed_earned_kr, allocations.cap_kr)
        ) as completed_performance_kr
    from allocations
    left join counted using (settlement_id, region_code)
    left join supplemented using (settlement_id, region_code)
    left join standing using (settlement_id, region_code)
    left join forecast using (settlement_id, region_code)

),

-- the sum is known when every region's part is (A6)
summed as (

    select
        by_region.settlement_id,
        report_regions.region_code,
        {% for column in [
            'earned_kr', 'cap_kr', 'performance_kr', 'bonus_kr', 'allocated_kr', 'operations', 'eligible_operations',
            'earned_supplement_kr', 'available_kr', 'projected_earned_kr', 'projected_performance_kr',
            'completed_eligible_operations', 'completed_supplement_kr', 'completed_earned_kr', 'completed_performance_kr',
        ] -%}
            cast({{ complete_sum('by_region.' ~ column) }} as bigint) as {{ column }},
        {% endfor %}
        max(by_region.cap_month) filter (where report_regions.region_code != '00') as cap_month,
        max(by_region.operations_to_cap_in_mix) filter (where report_regions.region_code != '00')
            as operations_to_cap_in_mix,
        max(by_region.months_measured) as months_measured,
        max(by_region.months_to_come) as months_to_come,
        if(bool_and(by_region.status = 'final'), 'final', 'provisional') as status
    from by_region
    inner join report_regions on by_region.region_code = report_regions.member_region_code
    group by by_region.settlement_id, report_regions.region_code

),

final as (

    select
        settlement_id,
        region_code,
        if(regions.is_nation, 'Summa', regions.region_name) as row_name,
        settlements.settlement_name,
        settlements.cutoff_date,
        summed.status,
        summed.operations,
        summed.eligible_operations,
        summed.earned_supplement_kr,
        summed.earned_kr,
        summed.cap_kr,
        {{ percent('summed.earned_kr', 'summed.cap_kr') }} as share_of_cap_percent,
        summed.performance_kr,
        {{ percent('summed.performance_kr', 'summed.cap_kr') }} as fulfilment_percent,
        summed.bonus_kr,
        summed.allocated_kr,
        summed.cap_month,
        summed.months_measured,
        summed.months_to_come,
        summed.available_kr,
        summed.operations_to_cap_in_mix,
        summed.projected_earned_kr,
        summed.projected_performance_kr,
        summed.completed_eligible_operations,
        summed.completed_supplement_kr,
        summed.completed_earned_kr,
        summed.completed_performance_kr,
        flags.flags,
        settlements.is_on_pages,
        settlements.is_of_current_round,
        settlements.settlement_order,
        regions.is_nation as is_total,
        if(regions.is_nation, '99', region_code) as region_order
    from summed
    inner join settlements using (settlement_id)
    inner join regions using (region_code)
    left join flags using (settlement_id, region_code)

)

select * from final
