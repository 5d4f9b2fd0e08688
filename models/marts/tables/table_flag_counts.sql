with

quality as (

    select * from {{ ref('count_quality') }}
    where period_role = 'measured' and region_code != '00'

),

regions as (

    select * from {{ ref('regions') }}

),

flags as (

    select * from {{ ref('quality_flags') }}

),

final as (

    select
        quality.settlement_id,
        region_code,
        flags.flag_id,
        region_code || ' ' || any_value(regions.report_name) as row_name,
        any_value(flags.flag_name_sv) as flag_name,
        count(*) filter (
            where list_contains(string_split(coalesce(quality.flags, ''), ' '), flags.flag_id)
        ) as flagged_counts,
        any_value(flags.flag_order) as flag_order
    from quality
    inner join regions using (region_code)
    cross join flags
    group by quality.settlement_id, region_code, flags.flag_id

)

select * from final
