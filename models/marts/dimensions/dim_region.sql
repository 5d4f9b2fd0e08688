with

regions as (

    select * from {{ ref('regions') }}

),

-- the nation is a row like a region, since some facts hold its total
final as (

    select
        region_code,
        region_name,
        county_name,
        report_name,
        false as is_nation
    from regions
    union all
    select
        '00' as region_code,
        'Riket' as region_name,
        'Riket' as county_name,
        'Riket' as report_name,
        true as is_nation

)

select * from final
