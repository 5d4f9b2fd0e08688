{{ config(materialized='table') }}

with

readings as (

    select * from {{ ref('int_readings_applied') }}
    where allocation_model != 'equal_share'

),

settlements as (

    select * from {{ ref('settlements') }}

),

rounds as (

    select
        round_id,
        count(*) filter (where period_role = 'baseline') as baseline_years
    from {{ ref('round_periods') }}
    group by round_id

),

months as (

    select * from {{ ref('int_settlement_months_expanded') }}

),

round_categories as (

    select * from {{ ref('round_categories') }}

),

counts as (

    select * from {{ ref('operation_counts') }}

),

reread as (

    select * from {{ ref('int_reread_changes_dated') }}

),

closed_months as (

    select * from {{ ref('int_reading_months_closed') }}

),

counted as (

    select
        settlement_id,
        null as reading_id,
        region_code,
        category_id,
        operation_month,
        period_role,
        operations
    from counts
    union all
    select
        settlement_id,
        reading_id,
        region_code,
        category_id,
        operation_month,
        period_role,
        operations
    from closed_months

),

-- each calendar month of the measured year beside the same months of the baseline years
calendar_months as (

    select
        settlement_id,
        reading_id,
        region_code,
        category_id,
        month(operation_month) as calendar_month,
        -- A6: one unknown month leaves the sum of its period unknown
        count(operations) filter (where period_role = 'measured') = count(*) filter (where period_role = 'measured')
            as is_known,
        count(operations) filter (where period_role = 'baseline') = count(*) filter (where period_role = 'baseline')
            as is_baseline_known,
        sum(operations) filter (where period_role = 'measured') as operations,
        sum(operations) filter (where period_role = 'baseline') as baseline_sum,
        count(*) filter (where period_role = 'baseline' and operations > 0) as years_with_operations
    from counted
    group by all

),

-- over the period: its sums, and what the increase is measured by when months are read otherwise
periods as (

    select
        calendar_months.settlement_id,
        calendar_months.reading_id,
        calendar_months.region_code,
        calendar_months.category_id,
        bool_and(calendar_months.is_known) as is_known,
        bool_and(calendar_months.is_baseline_known) as is_baseline_known,
        sum(calendar_months.operations) as operations,
        sum(calendar_months.baseline_sum) as baseline_sum,
        -- a sum of thirds that is a half may come out just below it as a binary fraction
        round(sum(calendar_months.baseline_sum / nullif(calendar_months.years_with_operations, 0)), 6)
            as baseline_without_empty_months,
        sum(greatest(
            calendar_months.operations
            - {{ rounded_mean('calendar_months.baseline_sum', 'rounds.baseline_years') }},
            0
        )) as increase_by_month
    from calendar_months
    inner join settlements using (settlement_id)
    inner join rounds on settlements.round_id = rounds.round_id
    group by all

),

-- what the readings of contacts count more or less than is counted
differences as (

    select
        readings.settlement_id,
        readings.reading_id,
        reread.region_code,
        round_categories.category_id,
        coalesce(sum(reread.net_change) filter (where months.period_role = 'measured'), 0) as operations,
        coalesce(sum(reread.net_change) filter (where months.period_role = 'baseline'), 0) as baseline_sum
    from readings
    inner join reread
        on
            readings.reading_id = reread.reading_id
            and readings.cutoff_date >= reread.change_date
            and coalesce(readings.round_id = reread.round_id, reread.round_id is null)
    inner join months
        on
            readings.settlement_id = months.settlement_id
            and reread.operation_month = months.operation_month
    inner join round_categories
        on
            readings.round_id = round_categories.round_id
            and reread.definition_id = round_categories.definition_id
    where readings.counts_from = 'par' and round_categories.counts_from = 'par'
    group by all

),

final as (

    select
        readings.settlement_id,
        readings.reading_id,
        periods.region_code,
        periods.category_id,
        cast(
            if(periods.is_known, periods.operations + coalesce(differences.operations, 0), null) as bigint
        ) as operations,
        cast(
            if(periods.is_baseline_known, periods.baseline_sum + coalesce(differences.baseline_sum, 0), null) as bigint
        ) as baseline_sum,
        if(periods.is_baseline_known, coalesce(periods.baseline_without_empty_months, 0), null)
            as baseline_without_empty_months,
        cast(
            if(periods.is_known and periods.is_baseline_known, periods.increase_by_month, null) as bigint
        ) as increase_by_month
    from readings
    inner join periods
        on
            readings.settlement_id = periods.settlement_id
            and if(readings.closes_months, readings.reading_id, null) is not distinct from periods.reading_id
    left join differences
        on
            periods.settlement_id = differences.settlement_id
            and readings.reading_id = differences.reading_id
            and periods.region_code = differences.region_code
            and periods.category_id = differences.category_id

)

select * from final
