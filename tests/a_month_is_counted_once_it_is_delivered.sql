{#
    A count from the register is a number exactly where the month was delivered by the cut-off date (A7). A 0 for a month that
    nobody has delivered looks like a region that has stopped operating.
#}
select
    counts.settlement_id,
    counts.region_code,
    counts.category_id,
    counts.operation_month,
    counts.operations,
    delivered.delivered_date
from {{ ref('operation_counts') }} as counts
inner join {{ ref('settlements') }} as settlements on counts.settlement_id = settlements.settlement_id
left join {{ ref('int_months_delivered') }} as delivered
    on
        counts.region_code = delivered.region_code
        and counts.operation_month = delivered.operation_month
where
    counts.counts_from = 'par'
    and (counts.operations is not null) != coalesce(delivered.delivered_date <= settlements.cutoff_date, false)
