with

parts as (

    select * from {{ ref('report_parts') }}

),

figures as (

    select * from {{ ref('int_report_figures_computed') }}

),

key_figures as (

    select * from {{ ref('published_key_figures') }}

),

differences as (

    select * from {{ ref('published_differences') }}
    where measure = 'key_figure'

),

-- a place in braces names a metric, a settlement and, where there is one, a category:
-- {rate_kr 2025_block2_payment cataract}
placed as (

    select
        report_id,
        part_order,
        unnest(
            if(contains(text_sv, '{'), list_distinct(regexp_extract_all(text_sv, '\{([^{}]*)\}', 1)), [''])
        ) as place
    from parts

),

asked as (

    select
        placed.report_id,
        placed.part_order,
        placed.place,
        nullif(split_part(placed.place, ' ', 1), '') as metric,
        nullif(nullif(split_part(placed.place, ' ', 2), '-'), '') as settlement_id,
        nullif(nullif(split_part(placed.place, ' ', 3), 'miljoner'), '') as category_id,
        ends_with(placed.place, ' miljoner') as is_in_millions
    from placed

),

-- what the published report says otherwise, once for each figure however often it stands there
printed as (

    select
        key_figures.metric,
        key_figures.settlement_id,
        key_figures.category_id,
        key_figures.unit = 'million_kr' as is_in_millions,
        key_figures.source_id,
        min(key_figures.value) as published_figure,
        min(differences.note_sv) as difference_sv
    from key_figures
    inner join differences using (figure_id)
    where key_figures.metric is not null
    group by
        key_figures.metric, key_figures.settlement_id, key_figures.category_id, key_figures.unit, key_figures.source_id

),

final as (

    select
        report_id,
        part_order,
        asked.place,
        parts.part_kind,
        parts.text_sv,
        parts.sheet_name,
        asked.metric,
        asked.settlement_id,
        asked.category_id,
        asked.is_in_millions,
        figures.figure,
        figures.words_sv,
        cast(printed.published_figure as decimal(18, 3)) as published_figure,
        printed.difference_sv
    from asked
    inner join parts using (report_id, part_order)
    left join figures
        on
            asked.metric = figures.metric
            and asked.settlement_id is not distinct from figures.settlement_id
            and asked.category_id is not distinct from figures.category_id
    left join printed
        on
            asked.metric = printed.metric
            and asked.settlement_id is not distinct from printed.settlement_id
            and asked.category_id is not distinct from printed.category_id
            and asked.is_in_millions = printed.is_in_millions
            and parts.source_id = printed.source_id

)

select * from final
