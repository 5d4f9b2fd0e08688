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

    select
        *,
        max(operation_month) filter (where period_role = 'measured')
            over (partition by settlement_id, month(operation_month)) as measured_month,
        max(operation_month) filter (where period_role = 'measured')
            over (partition by settlement_id) as last_measured_month
    from {{ ref('int_settlement_months_expanded') }}

),

round_categories as (

    select * from {{ ref('round_categories') }}

),

counts as (

    select * from {{ ref('operation_counts') }}

),

changes as (

    select * from {{ ref('int_count_changes_dated') }}

),

delivered as (

    select * from {{ ref('int_months_delivered') }}

),

reread as (

    select * from {{ ref('int_reread_changes_dated') }}

),

choices as (

    select max(value) filter (where choice_id = 'reporting_months') as reporting_months
    from {{ ref('follow_up_choices') }}

),

-- the day on which a reading closes each month
closed_months as (

    select
        readings.settlement_id,
        readings.reading_id,
        readings.round_id,
        months.operation_month,
        cast(case
            when readings.variant = 'cutoff' then cast(readings.variant_value as date)
            when readings.variant = 'cutoff_of_earlier_months'
                then
                    if(
                        months.period_role = 'measured' and months.operation_month < months.last_measured_month,
                        cast(readings.variant_value as date),
                        readings.cutoff_date
                    )
            when readings.variant = 'baseline_at_same_age'
                then
                    readings.cutoff_date
                    - to_months(cast(datediff('month', months.operation_month, months.measured_month) as integer))
            when
                readings.variant = 'reported_in_month_after'
                or (readings.variant = 'reported_in_month_after_measured' and months.period_role = 'measured')
                then
                    least(
                        readings.cutoff_date,
                        last_day(months.operation_month + to_months(cast(choices.reporting_months as integer)))
                    )
            else readings.cutoff_date
        end as date) as cutoff_date
    from readings
    inner join months using (settlement_id)
    cross join choices
    where readings.closes_months

),

closings as (

    select distinct
        operation_month,
        cutoff_date
    from closed_months

),

known as (

    select
        closings.operation_month,
        closings.cutoff_date,
        changes.definition_id,
        changes.region_code,
        cast(sum(changes.net_change) as bigint) as operations
    from closings
    inner join changes
        on
            closings.operation_month = changes.operation_month
            and closings.cutoff_date >= changes.change_date
    group by all

),

-- as in operation_counts, but for the day on which the month is closed
counted_as_closed as (

    select
        counts.settlement_id,
        closed_months.reading_id,
        counts.region_code,
        counts.category_id,
        counts.operation_month,
        counts.period_role,
        case
            when counts.counts_from != 'par' then counts.operations
            when delivered.delivered_date <= closed_months.cutoff_date then coalesce(known.operations, 0)
        end as operations
    from counts
    inner join closed_months
        on
            counts.settlement_id = closed_months.settlement_id
            and counts.operation_month = closed_months.operation_month
    inner join round_categories
        on
            closed_months.round_id = round_categories.round_id
            and counts.category_id = round_categories.category_id
    left join delivered
        on
            counts.region_code = delivered.region_code
            and counts.operation_month = delivered.operation_month
    left join known
        on
            closed_months.operation_month = known.operation_month
            and closed_months.cutoff_date = known.cutoff_date
            and round_categories.definition_id = known.definition_id
            and counts.region_code = known.region_code

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
    select * from counted_as_closed

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
