with

settlements as (

    select * from {{ ref('settlements') }}
    where counts_from = 'par'

),

periods as (

    select * from {{ ref('round_periods') }}
    where period_role = 'baseline'

),

round_categories as (

    select * from {{ ref('round_categories') }}

),

regions as (

    select * from {{ ref('regions') }}

),

months as (

    select * from {{ ref('int_settlement_months_expanded') }}

),

counts as (

    select * from {{ ref('operation_counts') }}
    where period_role = 'baseline'

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

whole_baselines as (

    select
        settlements.settlement_id,
        round_id,
        settlements.cutoff_date,
        cast(unnest(generate_series(
            date_trunc('month', periods.period_start), periods.period_end, interval 1 month
        )) as date) as operation_month
    from settlements
    inner join periods using (round_id)

),

-- an interim settlement counts the same months of the baseline as it measures; here are those of the months to come
months_to_come as (

    select whole_baselines.*
    from whole_baselines
    left join months using (settlement_id, operation_month)
    where months.operation_month is null

),

known as (

    select
        months_to_come.settlement_id,
        changes.definition_id,
        changes.region_code,
        operation_month,
        sum(changes.net_change) as operations
    from months_to_come
    inner join changes using (operation_month)
    where months_to_come.cutoff_date >= changes.change_date
    group by months_to_come.settlement_id, changes.definition_id, changes.region_code, operation_month

),

-- as in operation_counts: 0 where the month is delivered, unknown where it is not
counted_to_come as (

    select
        months_to_come.settlement_id,
        regions.region_code,
        round_categories.category_id,
        case
            when round_categories.counts_from = 'region_reports' then reported.operations
            when delivered.delivered_date <= months_to_come.cutoff_date then coalesce(known.operations, 0)
        end as operations
    from months_to_come
    inner join round_categories on months_to_come.round_id = round_categories.round_id
    cross join regions
    left join delivered
        on
            regions.region_code = delivered.region_code
            and months_to_come.operation_month = delivered.operation_month
    left join known
        on
            months_to_come.settlement_id = known.settlement_id
            and round_categories.definition_id = known.definition_id
            and regions.region_code = known.region_code
            and months_to_come.operation_month = known.operation_month
    left join reported
        on
            round_categories.category_id = reported.category_id
            and regions.region_code = reported.region_code
            and months_to_come.operation_month = reported.operation_month
            and months_to_come.cutoff_date >= reported.reported_date
            and coalesce(months_to_come.cutoff_date < reported.superseded_date, true)

),

counted as (

    select
        settlement_id,
        region_code,
        category_id,
        operations
    from counts
    union all
    select * from counted_to_come

),

final as (

    select
        settlement_id,
        region_code,
        category_id,
        {{ complete_sum('operations') }} as baseline_operations
    from counted
    group by settlement_id, region_code, category_id

)

select * from final
