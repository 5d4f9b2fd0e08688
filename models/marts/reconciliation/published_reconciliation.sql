with

differences as (

    select * from {{ ref('published_differences') }}

),

rounds as (

    select * from {{ ref('grant_rounds') }}

),

regions as (

    select * from {{ ref('dim_region') }}

),

categories as (

    select * from {{ ref('categories') }}

),

key_figures as (

    select * from {{ ref('published_key_figures') }}

),

figures as (

    select
        measure,
        null as figure_id,
        settlement_id,
        region_code,
        category_id,
        operation_month,
        published_value,
        our_value,
        source_id,
        source_ref
    from {{ ref('int_counts_compared') }}
    union all
    select
        measure,
        figure_id,
        settlement_id,
        region_code,
        null as category_id,
        null as operation_month,
        published_value,
        our_value,
        source_id,
        source_ref
    from {{ ref('int_grants_compared') }}
    union all
    select
        measure,
        figure_id,
        settlement_id,
        null as region_code,
        category_id,
        null as operation_month,
        published_value,
        our_value,
        source_id,
        source_ref
    from {{ ref('int_key_figures_compared') }}

),

compared as (

    select
        measure,
        figure_id,
        settlement_id,
        region_code,
        category_id,
        operation_month,
        cast(published_value as decimal(18, 3)) as published_value,
        cast(our_value as decimal(18, 3)) as our_value,
        source_id,
        source_ref
    from figures

),

final as (

    select
        compared.measure,
        compared.figure_id,
        compared.settlement_id,
        compared.region_code,
        compared.category_id,
        compared.operation_month,
        compared.published_value,
        compared.our_value,
        cast(compared.our_value - compared.published_value as decimal(18, 3)) as difference,
        case
            when differences.explanation is not null then differences.explanation
            when compared.our_value = compared.published_value then 'exact'
            when compared.measure = 'grant_kr_by_published_counts' then 'vintage'
            when compared.our_value is null and compared.measure = 'key_figure' then 'not_computed'
            else 'unexplained'
        end as explanation,
        differences.note,
        compared.source_id,
        compared.source_ref,
        concat_ws(
            ', ',
            '”' || key_figures.quote || '”',
            coalesce(rounds.round_name_sv, if(compared.figure_id = 'total', 'Totalt', null)),
            regions.report_name,
            categories.category_name_sv,
            strftime(compared.operation_month, '%Y-%m')
        ) as row_name,
        differences.note_sv,
        cast(row_number() over (
            order by
                compared.measure, compared.figure_id, categories.category_order,
                compared.region_code = '00', compared.region_code, compared.operation_month
        ) as integer) as comparison_order
    from compared
    left join differences
        on
            compared.measure = differences.measure
            and compared.figure_id is not distinct from differences.figure_id
            and compared.region_code is not distinct from differences.region_code
            and compared.category_id is not distinct from differences.category_id
    left join rounds on compared.figure_id = rounds.round_id
    left join regions on compared.region_code = regions.region_code
    left join categories on compared.category_id = categories.category_id
    left join key_figures
        on compared.figure_id = key_figures.figure_id and compared.measure = 'key_figure'

)

select * from final
