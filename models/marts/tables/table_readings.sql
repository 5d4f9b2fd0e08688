with

effects as (

    select * from {{ ref('reading_effects') }}

),

report_regions as (

    select * from {{ ref('int_regions_grouped') }}

),

regions as (

    select * from {{ ref('dim_region') }}

),

totals as (

    select * from {{ ref('table_reading_totals') }}

),

flags as (

    select * from {{ ref('int_settlements_flagged') }}
    where category_id is null

),

-- a reading that is worth something known for a region
priced as (

    select
        settlement_id,
        reading_id,
        bool_or(difference_kr != 0) as is_moving
    from effects
    where difference_kr is not null
    group by settlement_id, reading_id

),

-- a region whose amount is not known is shown as unknown, and the sum needs all
summed as (

    select
        priced.settlement_id,
        priced.reading_id,
        report_regions.region_code,
        cast({{ complete_sum('if(effects.difference_kr is null, null, effects.performance_kr)') }} as bigint)
            as performance_kr,
        cast({{ complete_sum('effects.difference_kr') }} as bigint) as difference_kr
    from priced
    cross join report_regions
    left join effects
        on
            priced.settlement_id = effects.settlement_id
            and priced.reading_id = effects.reading_id
            and report_regions.member_region_code = effects.region_code
    group by priced.settlement_id, priced.reading_id, report_regions.region_code

),

final as (

    select
        summed.settlement_id,
        summed.reading_id,
        region_code,
        if(regions.is_nation, 'Summa', regions.region_name) as row_name,
        summed.performance_kr,
        summed.difference_kr,
        totals.row_name as reading_name,
        priced.is_moving,
        flags.flags,
        totals.size_order,
        if(regions.is_nation, '99', region_code) as region_order
    from summed
    inner join regions using (region_code)
    inner join priced using (settlement_id, reading_id)
    inner join totals using (settlement_id, reading_id)
    left join flags using (settlement_id, region_code)

)

select * from final
