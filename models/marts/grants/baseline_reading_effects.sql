with

counts as (

    select * from {{ ref('operation_counts') }}
    where period_role = 'baseline' and counts_from = 'par'

),

earnings as (

    select * from {{ ref('grant_earnings') }}

),

performance as (

    select * from {{ ref('int_performance_capped') }}

),

-- the other reading: a month without operations is left out of the mean of that calendar month
months as (

    select
        settlement_id,
        region_code,
        category_id,
        month(operation_month) as calendar_month,
        sum(operations) / nullif(count(*) filter (where operations > 0), 0) as month_mean
    from counts
    group by all

),

baselines as (

    select
        settlement_id,
        region_code,
        category_id,
        -- to six decimals first: a sum of thirds that is a half may come out just below it as a binary fraction
        round(round(coalesce(sum(month_mean), 0), 6)) as other_baseline_operations
    from months
    group by settlement_id, region_code, category_id

),

earned as (

    select
        settlement_id,
        region_code,
        sum(earnings.earned_kr) as earned_kr,
        sum(greatest(earnings.operations - baselines.other_baseline_operations, 0) * earnings.rate_kr)
            as other_earned_kr
    from earnings
    inner join baselines using (settlement_id, region_code, category_id)
    group by settlement_id, region_code
    having count(earnings.earned_kr) = count(*)

),

final as (

    select
        settlement_id,
        region_code,
        cast(least(earned.earned_kr, performance.cap_kr) as bigint) as performance_kr,
        cast(least(earned.other_earned_kr, performance.cap_kr) as bigint) as other_performance_kr,
        cast(
            least(earned.other_earned_kr, performance.cap_kr) - least(earned.earned_kr, performance.cap_kr) as bigint
        ) as difference_kr
    from earned
    inner join performance using (settlement_id, region_code)

)

select * from final
