with

settlements as (

    select * from {{ ref('settlements') }}

),

periods as (

    select * from {{ ref('round_periods') }}

),

measured_starts as (

    select
        round_id,
        min(period_start) as measured_start
    from periods
    where period_role = 'measured'
    group by round_id

),

-- An interim settlement measures the months until `measured_through` and compares them with the same months of the
-- baseline years, so each of its periods ends as many months after its start as that date lies in the measured one.
final as (

    select
        settlements.settlement_id,
        round_id,
        settlements.counts_from,
        settlements.cutoff_date,
        periods.period_role,
        periods.period_start,
        if(
            settlements.measured_through is null,
            periods.period_end,
            least(
                periods.period_end,
                last_day(
                    periods.period_start
                    + to_months(
                        -- whole numbers of 64 bits are too long for older DuckDB, which may read the published file
                        cast(datediff('month', measured_starts.measured_start, settlements.measured_through) as integer)
                    )
                )
            )
        ) as period_end
    from settlements
    inner join periods using (round_id)
    inner join measured_starts using (round_id)

)

select * from final
