with

effects as (

    select * from {{ ref('vintage_effects') }}

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

summed as (

    select
        effects.settlement_id,
        report_regions.region_code,
    {% for column in [
        'operations_before', 'operations_after', 'allocated_before_kr', 'allocated_after_kr', 'difference_kr',
    ] -%}
        cast({{ complete_sum('effects.' ~ column) }} as bigint) as {{ column }}
        {{- "," if not loop.last }}
    {% endfor %}
    from effects
    inner join report_regions on effects.region_code = report_regions.member_region_code
    group by effects.settlement_id, report_regions.region_code

),

final as (

    select
        summed.settlement_id,
        region_code,
        if(regions.is_nation, 'Summa', regions.region_name) as row_name,
        summed.operations_before,
        summed.operations_after,
        summed.allocated_before_kr,
        summed.allocated_after_kr,
        summed.difference_kr,
        flags.flags,
        if(regions.is_nation, '99', region_code) as region_order
    from summed
    inner join regions using (region_code)
    left join flags using (settlement_id, region_code)

)

select * from final
