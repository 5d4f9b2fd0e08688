with

decisions as (

    select * from {{ ref('contact_decisions') }}

),

-- read a second time, for a view that is read twice by one name is computed as a whole
counted as (

    select * from {{ ref('contact_decisions') }}
    where decision = 'counted'

),

contact_rows as (

    select * from {{ ref('int_contact_rows_read') }}

),

codes as (

    select * from {{ ref('procedure_codes') }}

),

settlements as (

    select * from {{ ref('settlements') }}

),

reasons as (

    select * from {{ ref('decision_reasons') }}

),

documents as (

    select * from {{ ref('source_documents') }}

),

coded as (

    select
        decisions.settlement_id,
        decisions.contact_row_key,
        decisions.contact_key,
        decisions.category_id,
        decisions.operation_date,
        decisions.received_date,
        decisions.delivery_number,
        decisions.decision,
        decisions.reason,
        decisions.operation_key,
        string_agg(
            distinct codes.code || ' (' || codes.list_id || ')', ', '
            order by codes.code || ' (' || codes.list_id || ')'
        ) as codes
    from decisions
    inner join contact_rows on decisions.contact_row_key = contact_rows.contact_row_key
    left join codes on list_contains(contact_rows.procedure_codes, {{ normalized_code('codes.code') }})
    group by
        decisions.settlement_id, decisions.contact_row_key, decisions.contact_key, decisions.category_id,
        decisions.operation_date, decisions.received_date, decisions.delivery_number, decisions.decision,
        decisions.reason, decisions.operation_key

),

final as (

    select
        settlement_id,
        settlements.cutoff_date,
        coded.contact_key,
        coded.category_id,
        coded.operation_date,
        coded.received_date,
        coded.delivery_number,
        coded.decision,
        reasons.rule,
        reasons.reason_sv,
        documents.document_name,
        reasons.source_ref,
        counted.contact_key as counted_contact_key,
        coded.codes
    from coded
    inner join settlements using (settlement_id)
    inner join reasons on coded.reason = reasons.reason
    inner join documents on reasons.source_id = documents.source_id
    left join counted
        on
            coded.settlement_id = counted.settlement_id
            and coded.operation_key = counted.operation_key
            and coded.reason = 'same_person_same_day'

)

select * from final
