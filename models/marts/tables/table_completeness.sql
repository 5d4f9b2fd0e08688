with

triangle as (

    select * from {{ ref('reporting_triangle') }}

),

categories as (

    select * from {{ ref('categories') }}

),

choices as (

    select max(value) as settled_months
    from {{ ref('follow_up_choices') }}
    where choice_id = 'settled_months'

),

newest as (

    select max(report_month) as report_month
    from triangle

),

ages as (

    select cast(unnest(generate_series(1, settled_months)) as integer) as months_after
    from choices

),

-- months that are old enough to grow no more
settled as (

    select
        triangle.category_id,
        triangle.months_after,
        triangle.operations_gained - triangle.operations_lost as net_change
    from triangle
    cross join choices
    cross join newest
    where triangle.operation_month + to_months(choices.settled_months) <= newest.report_month

),

final as (

    select
        category_id,
        ages.months_after,
        any_value(categories.category_name_sv) as category_name,
        cast(round(
            100 * sum(settled.net_change) filter (where settled.months_after <= ages.months_after)
            / nullif(sum(settled.net_change), 0),
            1
        ) as decimal(9, 1)) as known_percent,
        any_value(categories.category_order) as category_order
    from settled
    inner join categories using (category_id)
    cross join ages
    group by category_id, ages.months_after

)

select * from final
