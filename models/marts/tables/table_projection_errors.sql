with

errors as (

    select * from {{ ref('projection_errors') }}

),

settlements as (

    select * from {{ ref('settlements') }}

),

categories as (

    select * from {{ ref('categories') }}

),

final as (

    select
        settlement_id,
        errors.region_code,
        category_id,
        settlements.round_id,
        settlements.settlement_name_sv as row_name,
        categories.category_name_sv as category_name,
        errors.projected_operations,
        errors.operations,
        errors.error_operations_percent,
        errors.projected_earned_kr,
        errors.earned_kr,
        errors.error_kr_percent,
        settlements.cutoff_date,
        categories.category_order
    from errors
    inner join settlements using (settlement_id)
    inner join categories using (category_id)

)

select * from final
