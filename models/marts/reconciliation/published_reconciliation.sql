with

differences as (

    select * from {{ ref('published_differences') }}

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
        compared.source_ref
    from compared
    left join differences
        on
            compared.measure = differences.measure
            and compared.figure_id is not distinct from differences.figure_id
            and compared.region_code is not distinct from differences.region_code
            and compared.category_id is not distinct from differences.category_id

)

select * from final
