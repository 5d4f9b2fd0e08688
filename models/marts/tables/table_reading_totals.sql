with

totals as (

    select * from {{ ref('reading_totals') }}

),

words as (

    select * from {{ ref('table_reading_words') }}

),

final as (

    select
        totals.settlement_id,
        reading_id,
        words.row_name,
        words.rule_id,
        words.quote,
        totals.difference_kr,
        if(totals.difference_kr is null, null, totals.performance_kr) as performance_kr,
        totals.regions_gaining,
        totals.regions_losing,
        words.implemented_sv,
        words.reading_sv,
        cast(
            row_number() over (
                partition by totals.settlement_id
                order by abs(totals.difference_kr) desc nulls last, words.reading_order
            ) as integer
        ) as size_order
    from totals
    inner join words using (reading_id)

)

select * from final
