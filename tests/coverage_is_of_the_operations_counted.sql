{#
    What both have and what only the register has are the operations that are counted in the months that a list claims.
    Fails with the cells where they are not.
#}
select
    claimed.settlement_id,
    claimed.list_id,
    claimed.category_id,
    claimed.region_code,
    claimed.operation_month,
    counts.operations,
    sum(coverage.in_both + coverage.register_only) as operations_compared
from {{ ref('int_claimed_months_expanded') }} as claimed
inner join {{ ref('operation_counts') }} as counts
    on
        claimed.settlement_id = counts.settlement_id
        and claimed.category_id = counts.category_id
        and claimed.region_code = counts.region_code
        and claimed.operation_month = counts.operation_month
left join {{ ref('coverage_counts') }} as coverage
    on
        claimed.settlement_id = coverage.settlement_id
        and claimed.list_id = coverage.list_id
        and claimed.category_id = coverage.category_id
        and claimed.region_code = coverage.region_code
        and claimed.operation_month = coverage.operation_month
group by
    claimed.settlement_id,
    claimed.list_id,
    claimed.category_id,
    claimed.region_code,
    claimed.operation_month,
    counts.operations
having counts.operations != coalesce(sum(coverage.in_both + coverage.register_only), 0)
