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

known as (

    select
        periods.settlement_id,
        round_categories.category_id,
        changes.region_code,
        cast(changes.operation_month + interval 1 year as date) as operation_month,
        changes.net_change
    from periods
    inner join round_categories using (round_id)
    inner join changes
        on
            round_categories.definition_id = changes.definition_id
            and changes.operation_month + interval 1 year between periods.period_start and periods.period_end
            and periods.cutoff_date >= changes.change_date

),

-- a region without operations had none; where the whole extract has none, the year is not in it
months as (

    select distinct
        known.settlement_id,
        known.category_id,
        known.operation_month,
        report_regions.region_code,
        report_regions.member_region_code
    from known
    cross join report_regions

),

final as (

    select
        months.settlement_id,
        months.region_code,
        months.category_id,
        months.operation_month,
        coalesce(sum(known.net_change), 0) as operations
    from months
    left join known
        on
            months.settlement_id = known.settlement_id
            and months.category_id = known.category_id
            and months.operation_month = known.operation_month
            and months.member_region_code = known.region_code
    group by months.settlement_id, months.region_code, months.category_id, months.operation_month

)

select * from final
