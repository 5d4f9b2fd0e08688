with

triangle as (

    select * from {{ ref('reporting_triangle') }}

),

categories as (

    select * from {{ ref('categories') }}

),

choices as (

    select
        max(value) filter (where choice_id = 'settled_months') as settled_months,
        max(value) filter (where choice_id = 'triangle_months') as shown_months
    from {{ ref('follow_up_choices') }}

),

newest as (

    select max(report_month) as report_month
    from triangle

),

ages as (

    select cast(unnest(generate_series(1, settled_months)) as integer) as months_after
    from choices

),

ranked as (

    select
        category_id,
        operation_month,
        row_number() over (partition by category_id order by operation_month desc) as place
    from triangle
    group by category_id, operation_month

),

months as (

    select
        ranked.category_id,
        ranked.operation_month
    from ranked
    cross join choices
    where ranked.place <= choices.shown_months

),

known as (

    select
        months.category_id,
        months.operation_month,
        ages.months_after,
        sum(triangle.operations_gained - triangle.operations_lost) filter (
            where triangle.months_after <= ages.months_after
        ) as operations_known
    from months
    cross join ages
    inner join triangle
        on
            months.category_id = triangle.category_id
            and months.operation_month = triangle.operation_month
    group by months.category_id, months.operation_month, ages.months_after

),

final as (

    select
        category_id,
        known.operation_month,
        known.months_after,
        categories.category_name_sv as category_name,
        newest.report_month as newest_report_month,
        if(
            known.operation_month + to_months(known.months_after) <= newest.report_month,
            cast(coalesce(known.operations_known, 0) as bigint),
            null
        ) as operations_known
    from known
    cross join newest
    inner join categories using (category_id)

)

select * from final
