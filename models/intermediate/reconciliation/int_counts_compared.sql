with

measures as (

    select * from {{ ref('published_measures') }}

),

report_regions as (

    select * from {{ ref('int_regions_grouped') }}

),

monthly as (

    select * from {{ ref('published_monthly_operations') }}

),

table_4 as (

    select * from {{ ref('published_period_operations') }}

),

producers as (

    select * from {{ ref('published_operations_by_producer') }}

),

periods as (

    select * from {{ ref('int_operations_summed') }}

),

counts as (

    select
        counts.settlement_id,
        report_regions.region_code,
        counts.category_id,
        counts.operation_month,
        {{ complete_sum('counts.operations') }} as operations
    from {{ ref('operation_counts') }} as counts
    inner join report_regions on counts.region_code = report_regions.member_region_code
    where counts.period_role = 'measured'
    group by counts.settlement_id, report_regions.region_code, counts.category_id, counts.operation_month

),

monthly_compared as (

    select
        measures.measure,
        settlement_id,
        region_code,
        category_id,
        operation_month,
        monthly.operations as published_value,
        counts.operations as our_value,
        monthly.source_id,
        monthly.source_ref
    from monthly
    inner join measures on measures.measure = 'monthly_operations'
    left join counts using (settlement_id, region_code, category_id, operation_month)

),

periods_compared as (

    {% for measure, table, published, ours in [
        ('baseline_mean', 'table_4', 'baseline_mean', 'round(periods.baseline_mean)'),
        ('period_operations', 'table_4', 'operations', 'periods.operations'),
        ('change_percent', 'table_4', 'change_percent', 'periods.change_percent'),
        ('operations_home_region', 'producers', 'operations_home_region', 'periods.operations_home_region'),
        ('operations_other_region', 'producers', 'operations_other_region', 'periods.operations_other_region'),
        ('operations_both', 'producers', 'operations', 'periods.operations'),
    ] -%}
        select
            measures.measure,
            settlement_id,
            region_code,
            category_id,
            null as operation_month,
            {{ table }}.{{ published }} as published_value,
            {{ ours }} as our_value,
            {{ table }}.source_id,
            {{ table }}.source_ref
        from {{ table }}
        inner join measures on measures.measure = '{{ measure }}'
        left join periods using (settlement_id, region_code, category_id)
        {{ "union all" if not loop.last }}
    {% endfor %}

),

final as (

    select * from monthly_compared
    union all
    select * from periods_compared

)

select * from final
