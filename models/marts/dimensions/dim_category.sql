with

categories as (

    select * from {{ ref('categories') }}

),

final as (

    select
        category_id,
        category_name_sv,
        category_name,
        category_order
    from categories

)

select * from final
