with

chances as (

    select * from {{ ref('chance_by_category') }}

),

categories as (

    select * from {{ ref('categories') }}

),

final as (

    select
        chances.settlement_id,
        category_id,
        any_value(categories.category_name_sv) as row_name,
        cast({{ complete_sum('chances.eligible_by_chance') }} as decimal(18, 2)) as eligible_by_chance,
        cast({{ complete_sum('chances.earned_by_chance_kr') }} as bigint) as earned_by_chance_kr,
        cast({{ complete_sum('chances.eligible_operations') }} as bigint) as eligible_operations,
        cast({{ complete_sum('chances.earned_kr') }} as bigint) as earned_kr,
        any_value(categories.category_order) as category_order
    from chances
    inner join categories using (category_id)
    group by chances.settlement_id, category_id

)

select * from final
