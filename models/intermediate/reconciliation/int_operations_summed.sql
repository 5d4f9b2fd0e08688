with

report_regions as (

    select * from {{ ref('int_regions_grouped') }}

),

counts as (

    select * from {{ ref('operation_counts') }}
    where period_role = 'measured'

),

earnings as (

    select * from {{ ref('grant_earnings') }}

),

measured as (

    select
        counts.settlement_id,
        report_regions.region_code,
        counts.category_id,
        {{ complete_sum('counts.operations') }} as operations,
        {{ complete_sum('counts.operations_home_region') }} as operations_home_region,
        {{ complete_sum('counts.operations_other_region') }} as operations_other_region,
        {{ complete_sum('counts.operations_private') }} as operations_private
    from counts
    inner join report_regions on counts.region_code = report_regions.member_region_code
    group by counts.settlement_id, report_regions.region_code, counts.category_id

),

baseline as (

    select
        earnings.settlement_id,
        report_regions.region_code,
        earnings.category_id,
        {{ complete_sum('earnings.baseline_mean') }} as baseline_mean
    from earnings
    inner join report_regions on earnings.region_code = report_regions.member_region_code
    group by earnings.settlement_id, report_regions.region_code, earnings.category_id

),

final as (

    select
        settlement_id,
        region_code,
        category_id,
        measured.operations,
        measured.operations_home_region,
        measured.operations_other_region,
        measured.operations_private,
        baseline.baseline_mean,
        round(100 * (measured.operations / nullif(cast(baseline.baseline_mean as double), 0) - 1)) as change_percent
    from measured
    inner join baseline using (settlement_id, region_code, category_id)

)

select * from final
