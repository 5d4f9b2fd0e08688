with

readings as (

    select * from {{ ref('readings') }}

),

settlements as (

    select * from {{ ref('settlements') }}

),

rounds as (

    select * from {{ ref('grant_rounds') }}

),

layout_gaps as (

    select * from {{ ref('int_layout_gaps_found') }}
    where gap = 'vintage'

),

-- A reading that names a kind of round, a round or a cut-off date is about these only; one that needs the register
-- cannot be tried on published tables, and one that asks when rows were received not on files that do not say.
final as (

    select
        settlements.settlement_id,
        readings.reading_id,
        settlements.round_id,
        settlements.counts_from,
        settlements.cutoff_date,
        settlements.measured_through,
        rounds.allocation_model,
        readings.variant,
        readings.variant_value,
        readings.variant in (
            'as_implemented',
            'baseline_at_same_age',
            'cutoff',
            'cutoff_of_earlier_months',
            'reported_in_month_after',
            'reported_in_month_after_measured'
        ) as closes_months
    from readings
    cross join settlements
    inner join rounds on settlements.round_id = rounds.round_id
    left join layout_gaps on settlements.settlement_id = layout_gaps.settlement_id
    where
        readings.variant is not null
        and coalesce(readings.only_model = rounds.allocation_model, readings.only_model is null)
        and coalesce(readings.only_round_id = settlements.round_id, readings.only_round_id is null)
        and coalesce(readings.only_cutoff_date = settlements.cutoff_date, readings.only_cutoff_date is null)
        and (rounds.allocation_model != 'equal_share' or not readings.needs_register)
        and (settlements.counts_from != 'published' or not readings.needs_register)
        and (layout_gaps.settlement_id is null or not readings.needs_receipts)

)

select * from final
