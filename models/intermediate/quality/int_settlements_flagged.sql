with

quality as (

    select * from {{ ref('count_quality') }}

),

flags as (

    select * from {{ ref('quality_flags') }}

),

carried as (

    select
        settlement_id,
        region_code,
        category_id,
        unnest(string_split(flags, ' ')) as flag_id
    from quality

),

-- the warnings of all months that a settlement measures or compares with: by category, and for all categories together
levels as (

    select * from carried
    union
    select
        settlement_id,
        region_code,
        null as category_id,
        flag_id
    from carried

),

final as (

    select
        levels.settlement_id,
        levels.region_code,
        levels.category_id,
        string_agg(flag_id, ' ' order by flags.flag_order) as flags
    from levels
    inner join flags using (flag_id)
    group by levels.settlement_id, levels.region_code, levels.category_id

)

select * from final
