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
        {{ each_word('flags') }} as flag_id
    from quality

),

-- every warning that a month carries, measured or compared with: by category, and of all together
levels as (

    select * from carried
    union
    select
        settlement_id,
        region_code,
        cast(null as string) as category_id,
        flag_id
    from carried

),

final as (

    select
        levels.settlement_id,
        levels.region_code,
        levels.category_id,
        {{ words_in_order('flag_id', 'flags.flag_order') }} as flags
    from levels
    inner join flags using (flag_id)
    group by levels.settlement_id, levels.region_code, levels.category_id

)

select * from final
