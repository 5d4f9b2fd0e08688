{{ config(materialized='view') }}

with

decisions as (

    select * from {{ ref('contact_decisions') }}
    where decision = 'counted'

),

claimed as (

    select * from {{ ref('int_claimed_months_expanded') }}

),

matched as (

    select * from {{ ref('int_list_operations_matched') }}
    where reason = 'counted'

),

list_rows as (

    select * from {{ ref('int_list_rows_read') }}

),

paired as (

    select
        list_rows.list_id,
        matched.cutoff_date,
        matched.definition_id,
        matched.operation_key
    from matched
    inner join list_rows on matched.list_row = list_rows.list_row

),

final as (

    select
        decisions.settlement_id,
        claimed.list_id,
        decisions.category_id,
        decisions.operation_date,
        decisions.operation_month,
        decisions.period_role,
        decisions.region_code,
        decisions.hospital_code,
        decisions.contact_key,
        decisions.operation_key
    from decisions
    inner join claimed
        on
            decisions.settlement_id = claimed.settlement_id
            and decisions.category_id = claimed.category_id
            and decisions.region_code = claimed.region_code
            and decisions.operation_month = claimed.operation_month
    anti join paired
        on
            claimed.list_id = paired.list_id
            and claimed.cutoff_date = paired.cutoff_date
            and claimed.definition_id = paired.definition_id
            and decisions.operation_key = paired.operation_key

)

select * from final
