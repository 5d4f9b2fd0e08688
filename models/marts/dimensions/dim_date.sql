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
        cast(date_trunc('year', max(bounds.bound)) + interval 1 year - interval 1 day as date) as last_day
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

named as (

    select
        calendar_date,
        [
            'januari', 'februari', 'mars', 'april', 'maj', 'juni',
            'juli', 'augusti', 'september', 'oktober', 'november', 'december',
        ][month(calendar_date)] as month_name_sv,
        ['måndag', 'tisdag', 'onsdag', 'torsdag', 'fredag', 'lördag', 'söndag'][isodow(calendar_date)] as day_name_sv
    from calendar_dates

),

final as (

    select
        calendar_date,
        cast(date_trunc('month', calendar_date) as date) as month_start,
        cast(year(calendar_date) as integer) as calendar_year,
        cast(quarter(calendar_date) as integer) as calendar_quarter,
        cast(month(calendar_date) as integer) as month_number,
        left(cast(calendar_date as string), 7) as month_label,
        month_name_sv,
        month_name_sv || ' ' || year(calendar_date) as month_label_sv,
        'kvartal ' || quarter(calendar_date) || ' ' || year(calendar_date) as quarter_label_sv,
        day_name_sv
    from named

)

select * from final
