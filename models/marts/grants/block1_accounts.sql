with

accounts as (

    select * from {{ ref('published_block1_accounts') }}

),

regions as (

    select * from {{ ref('regions') }}

),

final as (

    select
        accounts.round_id,
        region_code,
        accounts.requisitioned_kr,
        accounts.spent_kr,
        accounts.requisitioned_kr - accounts.spent_kr as unused_kr,
        accounts.spent_kr < accounts.requisitioned_kr as is_repaying,
        cast(round(100 * accounts.spent_kr / accounts.requisitioned_kr) as integer) as spent_percent
    from accounts
    inner join regions using (region_code)

)

select * from final
