with

categories as (

    select * from {{ ref('int_category_standing_combined') }}

),

standing as (

    select
        settlement_id,
        region_code,
        any_value(available_kr) as available_kr,
        bool_and(
            rate_kr is not null and available_kr is not null
            and recent_operations is not null and operations_below_baseline is not null
        ) as is_known
    from categories
    group by settlement_id, region_code

),

-- A category that is below its baseline earns nothing until the mix has filled the gap, so the amount earned grows
-- faster with each category that crosses its baseline. It is the largest of the straight lines that count the first
-- categories to cross; the cap is reached where the first of these lines reaches it.
lines as (

    select
        settlement_id,
        region_code,
        categories.category_id,
        standing.available_kr + sum(categories.operations_below_baseline * categories.rate_kr) over crossing
            as needed_kr,
        sum(categories.recent_operations * categories.rate_kr) over crossing as earned_by_recent_operations_kr
    from categories
    inner join standing using (settlement_id, region_code)
    where standing.is_known and categories.recent_operations > 0
    window crossing as (
        partition by settlement_id, region_code
        order by categories.operations_below_baseline / categories.recent_operations, categories.category_id
        rows between unbounded preceding and current row
    )

),

final as (

    select
        settlement_id,
        region_code,
        needed_kr,
        earned_by_recent_operations_kr
    from lines
    qualify
        row_number() over (
            partition by settlement_id, region_code
            order by needed_kr / earned_by_recent_operations_kr, category_id
        ) = 1

)

select * from final
