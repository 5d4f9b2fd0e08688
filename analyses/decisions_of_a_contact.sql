{# Why does a contact count, or not? Every decision about it, with the rule and the document.
   dbt show --select decisions_of_a_contact --vars '{contact_key: VK…}' #}
select
    decisions.settlement_id,
    decisions.category_id,
    decisions.operation_date,
    decisions.received_date,
    decisions.decision,
    reasons.reason_sv,
    reasons.rule,
    documents.document_name,
    reasons.source_ref,
    counted.contact_key as counted_contact_key
from {{ ref('contact_decisions') }} as decisions
inner join {{ ref('decision_reasons') }} as reasons using (reason)
inner join {{ ref('source_documents') }} as documents using (source_id)
left join {{ ref('contact_decisions') }} as counted
    on
        decisions.settlement_id = counted.settlement_id
        and decisions.operation_key = counted.operation_key
        and counted.decision = 'counted'
where decisions.contact_key = '{{ var("contact_key", "") }}'
order by decisions.settlement_id, decisions.category_id, decisions.operation_date, decisions.received_date
