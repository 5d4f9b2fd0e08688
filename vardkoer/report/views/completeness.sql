-- How much of a month was known after so many months, of what is known now: months that are old enough to be settled.
with

settled as (
    select category_id, operation_month, months_after, operations_gained - operations_lost as change
    from marts.reporting_triangle
    where
        operation_month + to_months((select value from seeds.follow_up_choices where choice_id = 'settled_months'))
        <= (select max(report_month) from marts.reporting_triangle)
),

ages as (
    select unnest(range(1, 7)) as months_after
)

select
    category_id,
    category_name_sv as heading,
    ages.months_after,
    round(
        100 * sum(settled.change) filter (where settled.months_after <= ages.months_after) / nullif(sum(settled.change), 0), 1
    ) as known_percent
from settled
cross join ages
inner join seeds.categories using (category_id)
group by category_id, category_name_sv, category_order, ages.months_after
order by ages.months_after, category_order
