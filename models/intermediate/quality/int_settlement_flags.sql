with

quality as (

    select * from {{ ref('count_quality') }}

),

flags as (

    select * from {{ ref('quality_flags') }}

),

carried as (

    select distinct
        settlement_id,
        region_code,
        unnest(string_split(flags, ' ')) as flag_id
    from quality

),

-- every warning that a month of the region carries, measured or compared with
final as (

    select
        carried.settlement_id,
        carried.region_code,
        string_agg(flags.flag_id, ' ' order by flags.flag_order) as flags
    from carried
    inner join flags using (flag_id)
    group by carried.settlement_id, carried.region_code

)

select * from final
