with

settlements as (

    select * from {{ ref('settlements') }}

),

periods as (

    select * from {{ ref('round_periods') }}

),

-- R8: a period includes its first and last day and is counted by calendar month
final as (

    select
        settlements.settlement_id,
        settlements.round_id,
        periods.period_role,
        cast(unnest(generate_series(
            date_trunc('month', periods.period_start), periods.period_end, interval 1 month
        )) as date) as operation_month
    from settlements
    inner join periods using (round_id)

)

select * from final
