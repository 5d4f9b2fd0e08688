{# The ledger balances: the counted contacts are the operations, in every cell and in both directions. A join that
   dropped or doubled contacts on their way into the counts would otherwise move money unseen. That the contacts are
   those of `contact_decisions` is told by `decisions_are_counted_as_they_are_made`. #}
with

ledger as (

    select
        settlement_id,
        region_code,
        category_id,
        operation_month,
        sum(rows_decided) as contacts
    from {{ ref('int_decisions_counted') }}
    where reason = 'counted'
    group by settlement_id, region_code, category_id, operation_month

),

counts as (

    select
        settlement_id,
        region_code,
        category_id,
        operation_month,
        operations
    from {{ ref('operation_counts') }}
    where counts_from = 'par'

)

select
    settlement_id,
    region_code,
    category_id,
    operation_month,
    counts.operations,
    ledger.contacts
from ledger
full join counts using (settlement_id, region_code, category_id, operation_month)
where
    -- a month that is not delivered has no number, whatever has come in of it (A7)
    coalesce(ledger.contacts, 0) != counts.operations
    or counts.settlement_id is null
