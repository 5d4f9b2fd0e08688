with

rates as (

    select * from {{ ref('grant_rates') }}

),

rounds as (

    select * from {{ ref('table_rounds') }}

),

categories as (

    select * from {{ ref('categories') }}

),

final as (

    select
        round_id,
        category_id,
        rounds.round_name || ': ' || categories.category_name_sv as row_name,
        cast(rates.rate_kr as bigint) as rate_kr,
        rates.status,
        rounds.round_order,
        categories.category_order
    from rates
    inner join rounds using (round_id)
    inner join categories using (category_id)

)

select * from final
