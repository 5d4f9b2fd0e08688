{# What marts count (`int_decisions_counted`) is what auditors see by row (`contact_decisions`), reason by reason. #}
with

made as (

    select
        settlement_id,
        region_code,
        category_id,
        operation_month,
        reason,
        count(*) as decisions
    from {{ ref('contact_decisions') }}
    group by settlement_id, region_code, category_id, operation_month, reason

),

counted as (

    select
        settlement_id,
        region_code,
        category_id,
        operation_month,
        reason,
        sum(rows_decided) as decisions
    from {{ ref('int_decisions_counted') }}
    group by settlement_id, region_code, category_id, operation_month, reason

)

select
    made.settlement_id,
    counted.settlement_id as counted_settlement_id,
    made.reason,
    made.decisions as decisions_made,
    counted.decisions as decisions_counted
from made
full join counted
    on
        made.settlement_id = counted.settlement_id
        and coalesce(made.region_code, '') = coalesce(counted.region_code, '')
        and made.category_id = counted.category_id
        and made.operation_month = counted.operation_month
        and made.reason = counted.reason
where made.decisions is distinct from counted.decisions
