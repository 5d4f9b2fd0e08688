with

periods as (

    select * from {{ ref('int_settlement_periods_limited') }}
    where counts_from = 'par' and period_role = 'measured'

),

round_categories as (

    select * from {{ ref('round_categories') }}
    where counts_from = 'par'

),

changes as (

    select * from {{ ref('int_count_changes_dated') }}

),

report_regions as (

    select * from {{ ref('int_regions_grouped') }}

),

delivered as (

    select * from {{ ref('int_months_delivered') }}

),

known as (

    select
        periods.settlement_id,
        periods.cutoff_date,
        round_categories.category_id,
        changes.region_code,
        cast(changes.operation_month + interval 1 year as date) as operation_month,
        sum(changes.net_change) as operations
    from periods
    inner join round_categories using (round_id)
    inner join changes
        on
            round_categories.definition_id = changes.definition_id
            and changes.operation_month + interval 1 year between periods.period_start and periods.period_end
            and periods.cutoff_date >= changes.change_date
    group by all

),

-- where the whole extract has none, the code list may not have been there yet
months as (

    select distinct
        settlement_id,
        cutoff_date,
        category_id,
        operation_month
    from known

),

by_region as (

    select
        months.settlement_id,
        months.category_id,
        months.operation_month,
        delivered.region_code,
        coalesce(known.operations, 0) as operations
    from months
    inner join delivered
        on
            months.operation_month = delivered.operation_month + interval 1 year
            and months.cutoff_date >= delivered.delivered_date
    left join known
        on
            months.settlement_id = known.settlement_id
            and months.category_id = known.category_id
            and months.operation_month = known.operation_month
            and delivered.region_code = known.region_code

),

final as (

    select
        months.settlement_id,
        report_regions.region_code,
        months.category_id,
        months.operation_month,
        {{ complete_sum('by_region.operations') }} as operations
    from months
    cross join report_regions
    left join by_region
        on
            months.settlement_id = by_region.settlement_id
            and months.category_id = by_region.category_id
            and months.operation_month = by_region.operation_month
            and report_regions.member_region_code = by_region.region_code
    group by months.settlement_id, report_regions.region_code, months.category_id, months.operation_month

)

select * from final
