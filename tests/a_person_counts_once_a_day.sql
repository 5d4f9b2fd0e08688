{# R7: no person is counted twice for one category and date within a settlement. #}
select
    operations.settlement_id,
    operations.category_id,
    operations.operation_date,
    count(*) as times_counted
from {{ ref('int_settlement_operations') }} as operations
inner join {{ ref('contact_decisions') }} as decisions
    using (settlement_id, contact_row_key, category_id, operation_date)
where decisions.decision = 'counted'
group by operations.settlement_id, operations.category_id, operations.operation_date, operations.person_key
having count(*) > 1
