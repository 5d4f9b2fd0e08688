with

periods as (

    select * from {{ ref('int_settlement_periods_limited') }}
    where period_role = 'measured'

),

round_categories as (

    select * from {{ ref('round_categories') }}
    where counts_from = 'par'

),

report_regions as (

    select * from {{ ref('int_regions_grouped') }}

),

years_before as (

    select * from {{ ref('int_comparison_months_counted') }}
    where compared_as = 'year_before'

),

-- where the whole extract has none, the code list may not have been there yet
months as (

    select
        settlement_id,
        years_before.region_code,
        category_id,
        cast(years_before.operation_month + interval 1 year as date) as operation_month,
        years_before.operations
    from years_before
    inner join periods using (settlement_id)
    inner join round_categories using (round_id, category_id)
    where years_before.operation_month + interval 1 year between periods.period_start and periods.period_end
    qualify
        sum(years_before.operations) over (partition by settlement_id, category_id, years_before.operation_month) > 0

),

final as (

    select
        months.settlement_id,
        report_regions.region_code,
        months.category_id,
        months.operation_month,
        {{ complete_sum('months.operations') }} as operations
    from months
    inner join report_regions on months.region_code = report_regions.member_region_code
    group by months.settlement_id, report_regions.region_code, months.category_id, months.operation_month

)

select * from final
