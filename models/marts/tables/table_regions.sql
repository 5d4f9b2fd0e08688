with

regions as (

    select * from {{ ref('regions') }}

),

counts as (

    select * from {{ ref('operation_counts') }}

),

delivering as (

    select distinct region_code
    from counts
    where counts_from = 'par' and operations is not null

),

final as (

    select
        region_code,
        regions.region_name,
        regions.county_name,
        regions.report_name,
        delivering.region_code is not null as is_delivering
    from regions
    left join delivering using (region_code)

)

select * from final
