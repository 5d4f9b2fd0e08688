with recursive

counts as (

    select * from {{ ref('int_counts_by_chance') }}

),

categories as (

    select * from {{ ref('chance_by_category') }}

),

performance as (

    select * from {{ ref('int_performance_capped') }}

),

years as (

    select
        settlement_id,
        any_value(years) as years
    from counts
    group by settlement_id

),

-- how far what is earned by chance strays: a count and its baseline do, and the baseline is rounded
earned as (

    select
        categories.settlement_id,
        categories.region_code,
        {{ complete_sum('categories.earned_by_chance_kr') }} as earned_by_chance_kr,
        sqrt(sum(
            categories.rate_kr * categories.rate_kr
            * (categories.baseline_mean * (years.years + 1) / years.years + 1)
        )) as deviation_kr
    from categories
    left join years on categories.settlement_id = years.settlement_id
    group by categories.settlement_id, categories.region_code

),

-- a cap that is five deviations away is reached so seldom that it moves no krona
regions as (

    select
        earned.settlement_id,
        earned.region_code,
        earned.earned_by_chance_kr,
        performance.earned_kr,
        performance.cap_kr,
        performance.performance_kr,
        performance.cap_kr < earned.earned_by_chance_kr + 5 * earned.deviation_kr as may_reach_cap
    from earned
    inner join performance
        on
            earned.settlement_id = performance.settlement_id
            and earned.region_code = performance.region_code

),

increases as (

    select
        regions.settlement_id,
        regions.region_code,
        regions.cap_kr,
        counted.category_id,
        counted.number - baseline.number as operations,
        sum(counted.chance_of_count * baseline.chance_of_baseline) as chance
    from regions
    inner join counts as counted
        on
            regions.settlement_id = counted.settlement_id
            and regions.region_code = counted.region_code
    inner join counts as baseline
        on
            counted.settlement_id = baseline.settlement_id
            and counted.region_code = baseline.region_code
            and counted.category_id = baseline.category_id
            and counted.number > baseline.number
    where regions.may_reach_cap and baseline.chance_of_baseline > 1e-13
    group by all

),

-- all else is no increase
outcomes as (

    select
        settlement_id,
        region_code,
        cap_kr,
        category_id,
        operations,
        chance
    from increases
    where chance > 1e-13
    union all
    select
        settlement_id,
        region_code,
        cap_kr,
        category_id,
        0 as operations,
        1 - sum(chance) as chance
    from increases
    group by settlement_id, region_code, cap_kr, category_id

),

steps as (

    select
        outcomes.settlement_id,
        outcomes.region_code,
        outcomes.cap_kr,
        outcomes.chance,
        least(outcomes.operations * categories.rate_kr, outcomes.cap_kr) as earned_kr,
        dense_rank() over (
            partition by outcomes.settlement_id, outcomes.region_code
            order by outcomes.category_id
        ) as step
    from outcomes
    inner join categories
        on
            outcomes.settlement_id = categories.settlement_id
            and outcomes.region_code = categories.region_code
            and outcomes.category_id = categories.category_id

),

-- category after category: how likely each amount is, up to the cap
amounts as (

    select
        settlement_id,
        region_code,
        step,
        earned_kr,
        chance
    from steps
    where step = 1
    union all
    select
        amounts.settlement_id,
        amounts.region_code,
        steps.step,
        least(amounts.earned_kr + steps.earned_kr, steps.cap_kr) as earned_kr,
        sum(amounts.chance * steps.chance) as chance
    from amounts
    inner join steps
        on
            amounts.settlement_id = steps.settlement_id
            and amounts.region_code = steps.region_code
            and amounts.step + 1 = steps.step
    group by all

),

last_amounts as (

    select
        settlement_id,
        region_code,
        sum(earned_kr * chance) as performance_kr
    from amounts
    group by settlement_id, region_code, step
    qualify step = max(step) over (partition by settlement_id, region_code)

),

final as (

    select
        regions.settlement_id,
        regions.region_code,
        regions.earned_kr,
        regions.performance_kr,
        cast(regions.earned_by_chance_kr as bigint) as earned_by_chance_kr,
        cast(
            case
                when regions.may_reach_cap then least(round(last_amounts.performance_kr), regions.earned_by_chance_kr)
                when not regions.may_reach_cap then regions.earned_by_chance_kr
            end as bigint
        ) as performance_by_chance_kr
    from regions
    left join last_amounts
        on
            regions.settlement_id = last_amounts.settlement_id
            and regions.region_code = last_amounts.region_code

)

select * from final
