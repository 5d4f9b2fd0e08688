-- The reporting triangle of the nation: operations of a month known after so many months, for the last months. Empty
-- where that month of report had not come when the newest report did.
with

months as (
    select distinct operation_month
    from marts.reporting_triangle
    where category_id = $category_id
    qualify dense_rank() over (order by operation_month desc) <= 18
),

ages as (
    select unnest(range(1, 7)) as months_after
),

changes as (
    select operation_month, months_after, sum(operations_gained - operations_lost) as change
    from marts.reporting_triangle
    where category_id = $category_id
    group by all
)

select
    months.operation_month,
    ages.months_after,
    case
        when months.operation_month + to_months(cast(ages.months_after as integer))
            <= (select max(report_month) from marts.reporting_triangle)
            then (
                select coalesce(sum(changes.change), 0)
                from changes
                where changes.operation_month = months.operation_month and changes.months_after <= ages.months_after
            )
    end as operations_known
from months
cross join ages
order by months.operation_month, ages.months_after
