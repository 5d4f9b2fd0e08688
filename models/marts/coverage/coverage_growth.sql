with

disclosed as (

    select * from {{ ref('coverage_disclosed') }}
    where months_claimed = months_in_period

),

settlements as (

    select * from {{ ref('settlements') }}

),

baseline_years as (

    select
        round_id,
        count(*) as years
    from {{ ref('round_periods') }}
    where period_role = 'baseline'
    group by round_id

),

compared as (

    select
        settlement_id,
        list_id,
        category_id,
        region_code,
        measured.region_name,
        measured.region_order,
        earlier.operations / baseline_years.years as operations_then,
        measured.operations as operations_now,
        earlier.operations_in_either / baseline_years.years as either_then,
        measured.operations_in_either as either_now,
        earlier.share_of_either_percent as share_then_percent,
        measured.share_of_either_percent as share_now_percent
    from disclosed as measured
    inner join disclosed as earlier using (settlement_id, list_id, category_id, region_code)
    inner join settlements using (settlement_id)
    inner join baseline_years using (round_id)
    where measured.period_role = 'measured' and earlier.period_role = 'baseline'

),

-- The register has a share of all that is known, so that its growth is a growth of the whole at the mean share, and a
-- growth of the share at the mean whole: the two are exactly the growth.
split as (

    select
        *,
        cast(operations_now - operations_then as decimal(18, 1)) as growth,
        cast(
            (operations_now / nullif(either_now, 0) - operations_then / nullif(either_then, 0))
            * (either_then + either_now) / 2 as decimal(18, 1)
        ) as growth_of_reporting
    from compared

),

final as (

    select
        settlement_id,
        list_id,
        category_id,
        region_code,
        region_name,
        region_order,
        cast(operations_then as decimal(18, 1)) as operations_then,
        operations_now,
        cast(either_then as decimal(18, 1)) as either_then,
        either_now,
        share_then_percent,
        share_now_percent,
        growth,
        growth_of_reporting,
        cast(growth - growth_of_reporting as decimal(18, 1)) as growth_of_operations
    from split

)

select * from final
