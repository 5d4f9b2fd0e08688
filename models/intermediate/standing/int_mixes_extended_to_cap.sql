with

categories as (

    select * from {{ ref('int_category_standing_combined') }}

),

regions as (

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

-- Suppose that the region goes on with the mix of its recent months. A category below its baseline earns nothing until
-- the mix has filled its gap; from then on it earns with every operation. In the order in which the categories cross
-- their baselines, each line is what the categories so far would earn if no other one ever crossed. What the region
-- earns is at every point the largest of these lines, so it reaches the cap where the first of them does.
lines as (

    select
        settlement_id,
        region_code,
        categories.category_id,
        regions.available_kr + sum(categories.operations_below_baseline * categories.rate_kr) over crossing
            as needed_kr,
        sum(categories.recent_operations * categories.rate_kr) over crossing as earned_by_recent_operations_kr
    from categories
    inner join regions using (settlement_id, region_code)
    where regions.is_known and categories.recent_operations > 0
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
