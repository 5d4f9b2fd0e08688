with

months as (

    select * from {{ ref('int_comparison_months_counted') }}
    where compared_as = 'baseline'

),

final as (

    select
        settlement_id,
        region_code,
        category_id,
        {{ complete_sum('operations') }} as baseline_operations
    from months
    group by settlement_id, region_code, category_id

)

select * from final
