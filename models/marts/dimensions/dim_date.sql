with

periods as (

    select * from {{ ref('round_periods') }}

),

settlements as (

    select * from {{ ref('settlements') }}

),

span as (

    select
        cast(date_trunc('year', min(bounds.bound)) as date) as first_day,
        max(bounds.bound) as last_day
    from (
        select period_start as bound from periods
        union all
        select period_end as bound from periods
        union all
        select cutoff_date as bound from settlements
    ) as bounds

),

calendar_dates as (

    select cast(unnest(generate_series(first_day, last_day, interval 1 day)) as date) as calendar_date
    from span

),

final as (

    select
        calendar_date,
        cast(date_trunc('month', calendar_date) as date) as month_start,
        cast(year(calendar_date) as integer) as calendar_year,
        cast(quarter(calendar_date) as integer) as calendar_quarter,
        cast(month(calendar_date) as integer) as month_number,
        left(cast(calendar_date as string), 7) as month_label
    from calendar_dates

)

select * from final
