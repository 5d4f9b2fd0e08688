with

caps as (

    select * from {{ ref('grant_caps') }}

),

rounds as (

    select * from {{ ref('table_rounds') }}

),

regions as (

    select * from {{ ref('regions') }}

),

final as (

    select
        round_id,
        region_code,
        regions.region_name as row_name,
        rounds.round_name,
        cast(caps.cap_kr as bigint) as cap_kr,
        caps.is_derived,
        rounds.has_settlement,
        rounds.round_order
    from caps
    inner join rounds using (round_id)
    inner join regions using (region_code)

)

select * from final
