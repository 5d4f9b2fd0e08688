with

reasons as (

    select * from {{ ref('decision_reasons') }}

),

documents as (

    select * from {{ ref('source_documents') }}

),

final as (

    select
        reasons.reason,
        reasons.reason_sv,
        reasons.reason_order,
        reasons.rule as rule_id,
        documents.document_name,
        reasons.source_ref
    from reasons
    left join documents using (source_id)

)

select * from final
