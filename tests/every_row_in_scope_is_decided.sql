{# Rows in = counted + excluded. What is in scope is counted here by a route of its own, from the contact rows with a
   listed code: a decision model that lost rows would still look complete by itself. #}
with

in_scope as (

    select
        settlements.settlement_id,
        count(*) as rows_in
    from {{ ref('int_contact_operations') }} as operations
    inner join {{ ref('round_categories') }} as categories on operations.definition_id = categories.definition_id
    inner join {{ ref('settlements') }} as settlements on categories.round_id = settlements.round_id
    where
        settlements.counts_from = 'par'
        and exists (
            select 1
            from {{ ref('int_settlement_periods') }} as periods
            where
                periods.settlement_id = settlements.settlement_id
                and operations.operation_date between periods.period_start and periods.period_end
        )
    group by settlements.settlement_id

),

decided as (

    select
        settlement_id,
        count(*) as rows_decided
    from {{ ref('contact_decisions') }}
    group by settlement_id

)

select
    settlement_id,
    in_scope.rows_in,
    decided.rows_decided
from in_scope
full join decided using (settlement_id)
where in_scope.rows_in is distinct from decided.rows_decided
