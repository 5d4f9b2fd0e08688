with

quality as (

    select * from {{ ref('count_quality') }}
    where period_role = 'measured'

),

regions as (

    select * from {{ ref('dim_region') }}

),

categories as (

    select * from {{ ref('table_categories') }}

),

cumulated as (

    select
        *,
        {% for column in [
            'operations', 'late_operations', 'imputed_date_operations', 'invalid_identity_rows',
            'unknown_hospital_operations',
        ] -%}
            {{ complete_sum_so_far(column, 'so_far') }} as {{ column }}_so_far,
        {% endfor %}
        operation_month = max(operation_month) over (partition by settlement_id) as is_latest_month
    from quality
    window so_far as (
        partition by settlement_id, region_code, category_id
        order by operation_month
        rows between unbounded preceding and current row
    )

),

final as (

    select
        settlement_id,
        region_code,
        category_id,
        cumulated.operation_month,
        if(regions.is_nation, regions.report_name, region_code || ' ' || regions.report_name) as row_name,
        categories.category_name,
        cumulated.operations,
        not cumulated.is_not_delivered as is_delivered,
        cumulated.expected_completeness_percent,
        cumulated.late_operations,
        cumulated.late_percent,
        cast(cumulated.operations_so_far as bigint) as operations_so_far,
        {{ percent('cumulated.late_operations_so_far', 'cumulated.operations_so_far') }} as late_so_far_percent,
        {{ percent('cumulated.imputed_date_operations_so_far', 'cumulated.operations_so_far') }}
            as imputed_date_so_far_percent,
        {{ percent(
            'cumulated.invalid_identity_rows_so_far',
            '(cumulated.operations_so_far + cumulated.invalid_identity_rows_so_far)'
        ) }} as invalid_identity_so_far_percent,
        {{ percent('cumulated.unknown_hospital_operations_so_far', 'cumulated.operations_so_far') }}
            as unknown_hospital_so_far_percent,
        cumulated.flags,
        cumulated.is_latest_month,
        categories.counts_from,
        if(regions.is_nation, '99', region_code) as region_order,
        categories.category_order
    from cumulated
    inner join regions using (region_code)
    inner join categories using (settlement_id, category_id)

)

select * from final
