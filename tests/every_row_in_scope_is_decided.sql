{# Rows in = counted + excluded, each row once. What is in scope is found here by a route of its own, from the contact
   rows with a listed code: a decision model that lost or doubled rows would still look complete by itself. #}
with

operations as (

    select
        definition_id,
        operation_date,
        count(*) as rows_found,
        min(contact_row_key) as first_row,
        max(contact_row_key) as last_row
    from {{ ref('int_operations_derived') }}
    group by definition_id, operation_date

),

in_scope as (

    select
        settlements.settlement_id,
        categories.category_id,
        operations.operation_date,
        operations.rows_found,
        operations.first_row,
        operations.last_row
    from operations
    inner join {{ ref('round_categories') }} as categories on operations.definition_id = categories.definition_id
    inner join {{ ref('settlements') }} as settlements on categories.round_id = settlements.round_id
    where
        settlements.counts_from = 'par'
        and exists (
            select 1
            from {{ ref('int_settlement_periods_limited') }} as periods
            where
                periods.settlement_id = settlements.settlement_id
                and operations.operation_date between periods.period_start and periods.period_end
        )

),

decided as (

    select
        settlement_id,
        category_id,
        operation_date,
        count(*) as rows_decided,
        min(contact_row_key) as first_row,
        max(contact_row_key) as last_row
    from {{ ref('contact_decisions') }}
    group by settlement_id, category_id, operation_date

)

select
    settlement_id,
    category_id,
    operation_date,
    in_scope.rows_found,
    decided.rows_decided
from in_scope
full join decided using (settlement_id, category_id, operation_date)
where
    in_scope.rows_found is distinct from decided.rows_decided
    or in_scope.first_row is distinct from decided.first_row
    or in_scope.last_row is distinct from decided.last_row
