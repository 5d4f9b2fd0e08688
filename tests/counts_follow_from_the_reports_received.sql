{#
    Every count of every settlement is the sum of the changes that had come in by its cut-off date. Between two
    settlements a month's count therefore differs by what was received in between and by nothing else, however the rounds
    and their interims are cut.
#}
with

known as (

    select
        periods.settlement_id,
        categories.category_id,
        changes.region_code,
        changes.operation_month,
        sum(changes.net_change) as operations
    from {{ ref('int_settlement_periods_limited') }} as periods
    inner join {{ ref('round_categories') }} as categories on periods.round_id = categories.round_id
    inner join {{ ref('int_count_changes_dated') }} as changes
        on
            categories.definition_id = changes.definition_id
            and changes.operation_month between periods.period_start and periods.period_end
            and periods.cutoff_date >= changes.change_date
    where periods.counts_from = 'par' and categories.counts_from = 'par'
    group by periods.settlement_id, categories.category_id, changes.region_code, changes.operation_month

)

select
    settlement_id,
    region_code,
    category_id,
    operation_month,
    counts.operations,
    coalesce(known.operations, 0) as operations_by_reports
from {{ ref('operation_counts') }} as counts
full join known using (settlement_id, region_code, category_id, operation_month)
where
    coalesce(counts.counts_from, 'par') = 'par'
    -- a month that is not delivered has no number, whatever has come in of it (A7)
    and (counts.operations != coalesce(known.operations, 0) or counts.counts_from is null)
