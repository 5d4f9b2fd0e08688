with

readings as (

    select * from {{ ref('int_readings_applied') }}
    where closes_months and allocation_model != 'equal_share'

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

choices as (

    select value as reporting_months
    from {{ ref('follow_up_choices') }}
    where choice_id = 'reporting_months'

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
final as (

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

)

select * from final
