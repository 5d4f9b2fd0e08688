with

quality as (

    select * from {{ ref('count_quality') }}

),

flags as (

    select * from {{ ref('quality_flags') }}

),

flagged as (

    select
        settlement_id,
        region_code,
        category_id,
        operation_month,
        unnest(string_split(flags, ' ')) as flag_id
    from quality

),

final as (

    select
        flagged.settlement_id,
        flagged.region_code,
        flagged.category_id,
        flagged.operation_month,
        flag_id,
        flags.flag_name_sv,
        flags.flag_order
    from flagged
    inner join flags using (flag_id)

)

select * from final
