with

changes as (

    select * from {{ ref('int_count_changes_dated') }}

),

categories as (

    select distinct
        definition_id,
        category_id
    from {{ ref('round_categories') }}
    where counts_from = 'par'

),

monthly as (

    select
        definition_id,
        region_code,
        operation_month,
        cast(date_trunc('month', change_date) as date) as report_month,
        sum(operations_gained) as operations_gained,
        sum(operations_lost) as operations_lost,
        sum(net_change) as net_change
    from changes
    group by all

),

final as (

    select
        categories.category_id,
        definition_id,
        monthly.region_code,
        monthly.operation_month,
        monthly.report_month,
        cast(datediff('month', monthly.operation_month, monthly.report_month) as integer) as months_after,
        cast(monthly.operations_gained as bigint) as operations_gained,
        cast(monthly.operations_lost as bigint) as operations_lost,
        cast(sum(monthly.net_change) over (
            partition by definition_id, categories.category_id, monthly.region_code, monthly.operation_month
            order by monthly.report_month
        ) as bigint) as operations_known
    from monthly
    inner join categories using (definition_id)

)

select * from final
