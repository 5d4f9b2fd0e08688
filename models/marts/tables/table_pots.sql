with

pots as (

    select * from {{ ref('remaining_funds') }}

),

shares as (

    select * from {{ ref('bonus_pots') }}

),

regions as (

    select * from {{ ref('regions') }}

),

categories as (

    select * from {{ ref('categories') }}

),

-- a pot, and below it each region that shares in it
lines as (

    select
        settlement_id,
        category_id,
        '00' as region_code,
        remaining_kr,
        share_percent,
        recipients,
        pot_kr,
        cast(null as bigint) as rank,
        cast(null as bigint) as bonus_kr
    from pots
    union all
    select
        settlement_id,
        category_id,
        region_code,
        null as remaining_kr,
        null as share_percent,
        null as recipients,
        pot_kr,
        rank,
        bonus_kr
    from shares

),

final as (

    select
        lines.settlement_id,
        category_id,
        lines.region_code,
        concat_ws(': ', categories.category_name_sv, regions.region_name) as row_name,
        lines.region_code = '00' as is_pot,
        lines.remaining_kr,
        cast(lines.share_percent as integer) as share_percent,
        cast(lines.recipients as integer) as recipients,
        lines.pot_kr,
        lines.rank,
        lines.bonus_kr,
        categories.category_order
    from lines
    inner join categories using (category_id)
    left join regions on lines.region_code = regions.region_code

)

select * from final
