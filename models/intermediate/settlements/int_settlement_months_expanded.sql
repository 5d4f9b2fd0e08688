with

periods as (

    select * from {{ ref('int_settlement_periods_limited') }}

),

-- R8: a period is counted by calendar month, its first and its last one included
final as (

    select
        settlement_id,
        round_id,
        period_role,
        cast(unnest(generate_series(date_trunc('month', period_start), period_end, interval 1 month)) as date)
            as operation_month
    from periods

)

select * from final
