{# The ledger balances: the counted contacts are the operations, in every cell and in both directions. A join that
   dropped or doubled contacts on their way into the counts would otherwise move money unseen. #}
with

ledger as (

    select
        settlement_id,
        region_code,
        category_id,
        operation_month,
        count(*) as contacts
    from {{ ref('contact_decisions') }}
    where decision = 'counted'
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
where coalesce(ledger.contacts, 0) is distinct from counts.operations
