with

decisions as (

    select * from {{ ref('int_decisions_counted') }}

),

reasons as (

    select * from {{ ref('decision_reasons') }}

),

final as (

    select
        decisions.settlement_id,
        reason,
        any_value(reasons.reason_sv) as row_name,
        any_value(reasons.rule) as rule_id,
        cast(sum(decisions.rows_decided) as bigint) as contact_rows,
        any_value(reasons.reason_order) as reason_order
    from decisions
    inner join reasons using (reason)
    group by decisions.settlement_id, reason

)

select * from final
