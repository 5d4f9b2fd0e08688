{# R7: no person is counted twice for one category and date within a settlement. #}
select
    settlement_id,
    category_id,
    operation_date,
    count(*) as times_counted
from {{ ref('contact_decisions') }}
where decision = 'counted'
group by settlement_id, category_id, operation_date, operation_key
having count(*) > 1
