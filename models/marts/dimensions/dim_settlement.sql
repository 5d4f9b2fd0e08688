with

settlements as (

    select * from {{ ref('settlements') }}

),

rounds as (

    select * from {{ ref('grant_rounds') }}

),

documents as (

    select * from {{ ref('source_documents') }}

),

measured as (

    select
        settlement_id,
        min(period_start) as measured_from,
        max(period_end) as measured_through
    from {{ ref('int_settlement_periods_limited') }}
    where period_role = 'measured'
    group by settlement_id

),

final as (

    select
        settlement_id,
        settlements.settlement_name_sv,
        round_id,
        rounds.round_name_sv,
        rounds.allocation_model,
        rounds.appropriation_kr,
        settlements.counts_from,
        settlements.cutoff_date,
        measured.measured_from,
        measured.measured_through,
        settlements.measured_through is not null as is_interim,
        settlements.compared_with as earlier_settlement_id,
        documents.document_name,
        documents.diary_number
    from settlements
    inner join rounds using (round_id)
    left join documents on rounds.source_id = documents.source_id
    left join measured using (settlement_id)

)

select * from final
