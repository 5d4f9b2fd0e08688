{# R7: no two rows of one person, kind and date count at the same time, whatever the cut-off date; every settlement has
   one (`counts_follow_from_the_reports_received`). #}
with

counting as (

    select
        operation_key,
        counted_from,
        coalesce(superseded_date, date '9999-12-31') as counted_until
    from {{ ref('int_operations_judged') }}
    where own_reason is null and counted_from < coalesce(superseded_date, date '9999-12-31')

),

followed as (

    select
        operation_key,
        counted_from,
        counted_until,
        max(counted_until) over (
            partition by operation_key
            order by counted_from, counted_until
            rows between unbounded preceding and 1 preceding
        ) as earlier_counts_until
    from counting

)

select
    operation_key,
    counted_from,
    earlier_counts_until
from followed
where counted_from < earlier_counts_until
