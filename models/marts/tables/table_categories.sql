with

settlements as (

    select * from {{ ref('settlements') }}

),

round_categories as (

    select * from {{ ref('round_categories') }}

),

categories as (

    select * from {{ ref('categories') }}

),

final as (

    select
        settlements.settlement_id,
        category_id,
        categories.category_name_sv as category_name,
        if(settlements.counts_from = 'published', 'published', round_categories.counts_from) as counts_from,
        round_categories.status,
        categories.category_order
    from settlements
    inner join round_categories on settlements.round_id = round_categories.round_id
    inner join categories using (category_id)

)

select * from final
