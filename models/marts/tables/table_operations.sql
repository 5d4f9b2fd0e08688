with

follow_up as (

    select * from {{ ref('monthly_follow_up') }}

),

regions as (

    select * from {{ ref('dim_region') }}

),

categories as (

    select * from {{ ref('categories') }}

),

described as (

    select
        follow_up.*,
        regions.is_nation,
        if(regions.is_nation, regions.report_name, region_code || ' ' || regions.report_name) as row_name,
        if(regions.is_nation, '99', region_code) as region_order,
        categories.category_name_sv,
        categories.category_order,
        follow_up.operation_month = max(follow_up.operation_month) over (partition by follow_up.settlement_id)
            as is_latest_month,
        list(string_split(follow_up.flags, ' ')) over so_far as lists_of_flags,
        -- the agency marks a region whose journal system changed, and only its row
        not regions.is_nation
        and coalesce(bool_or(contains(follow_up.flags, 'journal_system_change')) over region_rows, false)
            as is_marked,
        not regions.is_nation
        and coalesce(
            bool_or(contains(
                concat_ws(' ', follow_up.flags, follow_up.baseline_flags), 'journal_system_change'
            )) over region_rows,
            false
        ) as is_comparison_marked
    from follow_up
    inner join regions using (region_code)
    inner join categories using (category_id)
    window
        so_far as (
            partition by follow_up.settlement_id, region_code, category_id
            order by follow_up.operation_month
        ),
        region_rows as (
            partition by follow_up.settlement_id, region_code, category_id
        )

),

final as (

    select
        settlement_id,
        region_code,
        category_id,
        operation_month,
        row_name,
        category_name_sv as category_name,
        operations,
        operations_year_before,
        baseline_mean,
        operations_so_far,
        operations_year_before_so_far,
        baseline_mean_so_far,
        change_year_before_percent,
        change_baseline_percent,
        change_year_before_so_far_percent,
        change_baseline_so_far_percent,
        -- as the agency prints them, from the figures before they are rounded
        cast(round(100 * (operations_so_far / nullif(operations_year_before_so_far, 0) - 1)) as integer)
            as change_year_before_whole_percent,
        cast(round(100 * (operations_so_far / nullif(baseline_mean_so_far, 0) - 1)) as integer)
            as change_baseline_whole_percent,
        flags,
        baseline_flags,
        nullif(array_to_string(list_sort(list_distinct(flatten(lists_of_flags))), ' '), '') as flags_so_far,
        is_latest_month,
        is_marked,
        is_comparison_marked,
        region_order,
        category_order
    from described

)

select * from final
