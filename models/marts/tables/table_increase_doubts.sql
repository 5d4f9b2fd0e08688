with

doubts as (

    select * from {{ ref('increase_doubts') }}

),

regions as (

    select * from {{ ref('dim_region') }}

),

categories as (

    select * from {{ ref('categories') }}

),

final as (

    select
        doubts.settlement_id,
        doubts.doubt,
        region_code,
        category_id,
        concat_ws(
            ', ',
            if(regions.is_nation, null, regions.region_name),
            coalesce(categories.category_name_sv, 'Alla kategorier')
        ) as row_name,
        doubts.earned_kr,
        doubts.least_kr,
        doubts.most_kr,
        regions.is_nation,
        categories.category_order
    from doubts
    inner join regions using (region_code)
    left join categories using (category_id)

)

select * from final
