with

key_figures as (

    select * from {{ ref('published_key_figures') }}

),

computed_figures as (

    select * from {{ ref('int_key_figures_computed') }}

),

final as (

    select
        'key_figure' as measure,
        key_figures.figure_id,
        key_figures.settlement_id,
        key_figures.category_id,
        key_figures.value as published_value,
        if(key_figures.unit = 'million_kr', computed_figures.figure / 1000000, computed_figures.figure) as our_value,
        key_figures.source_id,
        key_figures.source_ref
    from key_figures
    left join computed_figures
        on
            key_figures.metric = computed_figures.metric
            and key_figures.settlement_id is not distinct from computed_figures.settlement_id
            and key_figures.category_id is not distinct from computed_figures.category_id

)

select * from final
