with

settlements as (

    select * from {{ ref('settlements') }}
    where counts_from = 'par'

),

periods as (

    select * from {{ ref('round_periods') }}

),

round_categories as (

    select * from {{ ref('round_categories') }}

),

regions as (

    select * from {{ ref('regions') }}

),

changes as (

    select * from {{ ref('int_count_changes_dated') }}

),

delivered as (

    select * from {{ ref('int_months_delivered') }}

),

reported as (

    select * from {{ ref('int_volumes_reported') }}

),

period_months as (

    select
        settlements.settlement_id,
        round_id,
        settlements.cutoff_date,
        periods.period_role,
        cast(unnest(generate_series(
            date_trunc('month', periods.period_start), periods.period_end, interval 1 month
        )) as date) as operation_month
    from settlements
    inner join periods using (round_id)

),

months as (

    select
        settlement_id,
        round_id,
        cutoff_date,
        'baseline' as compared_as,
        operation_month
    from period_months
    where period_role = 'baseline'
    union all
    select
        settlement_id,
        round_id,
        cutoff_date,
        'year_before' as compared_as,
        cast(operation_month - interval 1 year as date) as operation_month
    from period_months
    where period_role = 'measured'

),

known as (

    select
        months.settlement_id,
        months.compared_as,
        operation_month,
        changes.definition_id,
        changes.region_code,
        sum(changes.net_change) as operations
    from months
    inner join changes using (operation_month)
    where months.cutoff_date >= changes.change_date
    group by months.settlement_id, months.compared_as, operation_month, changes.definition_id, changes.region_code

),

-- as in operation_counts: 0 where the month is delivered, unknown where it is not
final as (

    select
        months.settlement_id,
        months.compared_as,
        regions.region_code,
        round_categories.category_id,
        months.operation_month,
        case
            when round_categories.counts_from = 'region_reports' then reported.operations
            when delivered.delivered_date <= months.cutoff_date then coalesce(known.operations, 0)
        end as operations
    from months
    inner join round_categories on months.round_id = round_categories.round_id
    cross join regions
    left join delivered
        on
            regions.region_code = delivered.region_code
            and months.operation_month = delivered.operation_month
    left join known
        on
            months.settlement_id = known.settlement_id
            and months.compared_as = known.compared_as
            and months.operation_month = known.operation_month
            and round_categories.definition_id = known.definition_id
            and regions.region_code = known.region_code
    left join reported
        on
            round_categories.category_id = reported.category_id
            and regions.region_code = reported.region_code
            and months.operation_month = reported.operation_month
            and months.cutoff_date >= reported.reported_date
            and coalesce(months.cutoff_date < reported.superseded_date, true)

)

select * from final
