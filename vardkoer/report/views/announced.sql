-- Rounds that are decided and not begun: no month of them is delivered and no cut-off date reached, or there is none. What is
-- missing is told of the first settlement that measures the whole period.
with

periods as (
    select
        round_id,
        list([period_start, period_end] order by period_start) filter (where period_role = 'measured') as measured,
        list([period_start, period_end] order by period_start) filter (where period_role = 'baseline') as baseline
    from seeds.round_periods
    group by round_id
),

categories as (
    select round_id, list(category_name_sv order by category_order) as categories
    from seeds.round_categories
    inner join seeds.categories using (category_id)
    group by round_id
),

known as (
    select distinct settlement_id
    from marts.operation_counts
    where period_role = 'measured' and operations is not null
),

settled as (
    select
        round_id,
        min_by(settlement_id, cutoff_date) filter (where measured_through is null) as settlement_id,
        bool_or(is_reached or settlement_id in (from known)) as has_begun
    from settlement_facts
    group by round_id
)

select
    round_id,
    round_name_sv as round_name,
    allocation_model,
    appropriation_kr,
    periods.measured,
    periods.baseline,
    categories.categories,
    settled.settlement_id
from seeds.grant_rounds
left join periods using (round_id)
left join categories using (round_id)
left join settled using (round_id)
where not coalesce(settled.has_begun, false)
order by periods.measured[1][1], round_id
