with

chances as (

    select * from {{ ref('chance_by_region') }}

),

report_regions as (

    select * from {{ ref('int_regions_grouped') }}

),

regions as (

    select * from {{ ref('dim_region') }}

),

summed as (

    select
        chances.settlement_id,
        report_regions.region_code,
        cast({{ complete_sum('chances.earned_by_chance_kr') }} as bigint) as earned_by_chance_kr,
        cast({{ complete_sum('chances.performance_by_chance_kr') }} as bigint) as performance_by_chance_kr,
        cast({{ complete_sum('chances.earned_kr') }} as bigint) as earned_kr,
        cast({{ complete_sum('chances.performance_kr') }} as bigint) as performance_kr
    from chances
    inner join report_regions on chances.region_code = report_regions.member_region_code
    group by chances.settlement_id, report_regions.region_code

),

final as (

    select
        summed.settlement_id,
        region_code,
        if(regions.is_nation, 'Summa', regions.region_name) as row_name,
        summed.earned_by_chance_kr,
        summed.performance_by_chance_kr,
        summed.earned_kr,
        summed.performance_kr,
        if(regions.is_nation, '99', region_code) as region_order
    from summed
    inner join regions using (region_code)

)

select * from final
