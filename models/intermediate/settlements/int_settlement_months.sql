with

periods as (

    select * from {{ ref('int_settlement_periods') }}

),

-- R8: a period includes its first and last day and is counted by calendar month
final as (

    select
        settlement_id,
        round_id,
        period_role,
        {{ each_date("cast(date_trunc('month', period_start) as date)", 'period_end', 'month') }} as operation_month
    from periods

)

select * from final
