with

readings as (

    select * from {{ ref('readings') }}
    where variant is distinct from 'as_implemented'

),

documents as (

    select * from {{ ref('source_documents') }}

),

final as (

    select
        readings.reading_id,
        readings.reading_name_sv as row_name,
        readings.rule_id,
        readings.quote,
        documents.document_name,
        documents.diary_number,
        readings.source_ref,
        readings.implemented_sv,
        readings.reading_sv,
        readings.why_sv,
        readings.not_priced_sv,
        readings.reading_order
    from readings
    inner join documents using (source_id)

)

select * from final
