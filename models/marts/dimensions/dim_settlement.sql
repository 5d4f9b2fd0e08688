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

settlement_months as (

    select * from {{ ref('int_settlement_months_expanded') }}
    where period_role = 'measured'

),

delivered as (

    select * from {{ ref('int_months_delivered') }}

),

received as (

    select * from {{ ref('int_register_received') }}

),

-- the settlements that see a month, at a cut-off that reports have come in for
seeing as (

    select distinct settlement_id
    from settlements
    inner join settlement_months using (settlement_id)
    inner join delivered
        on
            settlement_months.operation_month = delivered.operation_month
            and settlements.cutoff_date >= delivered.delivered_date
    cross join received
    where settlements.counts_from = 'par' and settlements.cutoff_date <= received.received_through

),

-- of each round the latest of them, or the one that needs no counts
current_settlements as (

    select settlements.settlement_id
    from settlements
    left join seeing on settlements.settlement_id = seeing.settlement_id
    where settlements.counts_from = 'none' or seeing.settlement_id is not null
    qualify
        row_number() over (
            partition by settlements.round_id
            order by settlements.cutoff_date desc, settlements.settlement_id asc
        ) = 1

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
        current_settlements.settlement_id is not null as is_current,
        settlements.compared_with as earlier_settlement_id,
        documents.document_name,
        documents.diary_number
    from settlements
    inner join rounds using (round_id)
    left join documents on rounds.source_id = documents.source_id
    left join measured using (settlement_id)
    left join current_settlements using (settlement_id)

)

select * from final
