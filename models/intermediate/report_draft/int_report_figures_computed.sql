with

key_figures as (

    select * from {{ ref('int_key_figures_computed') }}

),

allocations as (

    select * from {{ ref('grant_allocations') }}

),

accounts as (

    select * from {{ ref('block1_accounts') }}

),

settlements as (

    select * from {{ ref('settlements') }}

),

regions as (

    select * from {{ ref('regions') }}

),

nation as (

    select * from {{ ref('int_operations_summed') }}
    where region_code = '00'

),

months as (

    select * from {{ ref('dim_date') }}

),

periods as (

    select
        settlement_id,
        min(period_start) filter (where period_role = 'measured') as measured_from,
        max(period_end) filter (where period_role = 'measured') as measured_through,
        min(year(period_start)) filter (where period_role = 'baseline') as first_baseline_year,
        max(year(period_start)) filter (where period_role = 'baseline') as last_baseline_year
    from {{ ref('int_settlement_periods_limited') }}
    group by settlement_id

),

-- A6: while an amount is unknown, it is not known which regions are at their caps
caps_reached as (

    select
        allocations.settlement_id,
        count(*) as regions,
        if(
            count(allocations.performance_kr) = count(*),
            coalesce(
                string_agg(regions.report_name, ', ' order by regions.report_name)
                filter (where allocations.performance_kr = allocations.cap_kr),
                'ingen region'
            ),
            null
        ) as names_at_cap,
        if(count(allocations.cap_month) = count(*), max(allocations.cap_month), null) as last_cap_month
    from allocations
    inner join regions using (region_code)
    group by allocations.settlement_id

),

repaying as (

    select
        settlements.settlement_id,
        coalesce(
            string_agg(regions.report_name, ', ' order by regions.report_name) filter (where accounts.is_repaying),
            'ingen region'
        ) as names_repaying
    from accounts
    inner join settlements using (round_id)
    inner join regions using (region_code)
    group by settlements.settlement_id

),

said as (

    select
        settlement_id,
        caps_reached.names_at_cap,
        repaying.names_repaying,
        cap_months.month_label_sv as last_cap_month,
        if(
            first_months.month_start = last_months.month_start,
            last_months.month_label_sv,
            first_months.month_name_sv || '–' || last_months.month_label_sv
        ) as measured_months,
        if(
            periods.first_baseline_year = periods.last_baseline_year,
            cast(periods.last_baseline_year as string),
            periods.first_baseline_year || '–' || periods.last_baseline_year
        ) as baseline_years,
        day(settlements.cutoff_date) || ' ' || cutoff_months.month_label_sv as cutoff_date
    from settlements
    left join caps_reached using (settlement_id)
    left join repaying using (settlement_id)
    left join periods using (settlement_id)
    left join months as cap_months on caps_reached.last_cap_month = cap_months.calendar_date
    left join months as first_months on periods.measured_from = first_months.calendar_date
    left join months as last_months on periods.measured_through = last_months.calendar_date
    left join months as cutoff_months on settlements.cutoff_date = cutoff_months.calendar_date

),

final as (

    select
        metric,
        settlement_id,
        category_id,
        figure,
        null as words_sv
    from key_figures
    union all
    select
        metric,
        settlement_id,
        category_id,
        cast(figure as decimal(18, 3)) as figure,
        null as words_sv
    from nation
    unpivot (figure for metric in (operations, baseline_mean))
    union all
    select
        'regions' as metric,
        settlement_id,
        null as category_id,
        cast(regions as decimal(18, 3)) as figure,
        null as words_sv
    from caps_reached
    union all
    select
        metric,
        settlement_id,
        null as category_id,
        null as figure,
        -- the last of several names is joined by a word
        if(starts_with(metric, 'names_'), regexp_replace(words, ', ([^,]+)$', ' och \1'), words) as words_sv
    from said
    unpivot (
        words for metric in (
            names_at_cap, names_repaying, last_cap_month, measured_months, baseline_years, cutoff_date
        )
    )

)

select * from final
