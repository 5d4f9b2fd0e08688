with

rounds as (

    select * from {{ ref('grant_rounds') }}

),

documents as (

    select * from {{ ref('source_documents') }}

),

periods as (

    select * from {{ ref('round_periods') }}

),

round_categories as (

    select * from {{ ref('round_categories') }}

),

categories as (

    select * from {{ ref('categories') }}

),

settlements as (

    select * from {{ ref('table_settlements') }}

),

counts as (

    select * from {{ ref('operation_counts') }}

),

known as (

    select distinct settlement_id
    from counts
    where period_role = 'measured' and operations is not null

),

starts as (

    select
        round_id,
        min(period_start) as measured_from
    from periods
    where period_role = 'measured'
    group by round_id

),

listed as (

    select
        round_categories.round_id,
        string_agg(categories.category_name_sv, ', ' order by categories.category_order) as categories
    from round_categories
    inner join categories using (category_id)
    group by round_categories.round_id

),

settled as (

    select
        settlements.round_id,
        min_by(settlement_id, settlements.cutoff_date) filter (where settlements.measured_through is null)
            as settlement_id,
        min(settlements.settlement_order) as first_settlement,
        bool_or(settlements.is_reached or known.settlement_id is not null) as has_begun
    from settlements
    left join known using (settlement_id)
    group by settlements.round_id

),

final as (

    select
        round_id,
        rounds.round_name_sv as round_name,
        rounds.allocation_model,
        cast(rounds.appropriation_kr as bigint) as appropriation_kr,
        rounds.status,
        listed.categories,
        rounds.quote,
        documents.document_name,
        documents.diary_number,
        rounds.source_ref,
        settled.round_id is not null as has_settlement,
        -- decided and not begun: no month of it is delivered and no cut-off date reached, or there is none
        not coalesce(settled.has_begun, false) as is_announced,
        -- what is missing is told of the first settlement that measures the whole period
        settled.settlement_id as first_settlement_id,
        cast(row_number() over (
            order by settled.first_settlement nulls last, starts.measured_from nulls last, round_id
        ) as integer) as round_order
    from rounds
    inner join documents on rounds.source_id = documents.source_id
    left join starts using (round_id)
    left join listed using (round_id)
    left join settled using (round_id)

)

select * from final
