with

regions as (

    select * from {{ ref('regions') }}

),

final as (

    select
        region_code,
        region_code as member_region_code
    from regions
    union all
    select
        '00' as region_code,
        region_code as member_region_code
    from regions

)

select * from final
