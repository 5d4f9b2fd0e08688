{{ config(materialized='table') }}

with

settlements as (

    select * from {{ ref('settlements') }}

),

rounds as (

    select * from {{ ref('grant_rounds') }}
    where allocation_model = 'increase'

),

baseline_years as (

    select
        round_id,
        count(*) as years
    from {{ ref('round_periods') }}
    where period_role = 'baseline'
    group by round_id

),

earnings as (

    select * from {{ ref('grant_earnings') }}

),

-- nobody is paid by an interim settlement
cells as (

    select
        settlements.settlement_id,
        earnings.region_code,
        earnings.category_id,
        baseline_years.years,
        cast(earnings.baseline_mean as double) as mean
    from settlements
    inner join rounds on settlements.round_id = rounds.round_id
    inner join baseline_years on settlements.round_id = baseline_years.round_id
    inner join earnings on settlements.settlement_id = earnings.settlement_id
    where settlements.measured_through is null and earnings.baseline_mean > 0

),

-- seven standard deviations to each side, and ten more where the mean is small: what lies beyond moves no krona
numbers as (

    select
        *,
        unnest(generate_series(
            cast(greatest(floor(mean - 7 * sqrt(mean)), 0) as bigint),
            cast(ceil(mean + 7 * sqrt(mean) + 10) as bigint)
        )) as number
    from cells

),

-- the sums of baseline years whose mean is rounded to the number (A3)
sums as (

    select
        *,
        unnest(generate_series(0, years - 1)) + years * number - years // 2 as sum_of_years
    from numbers

),

-- Poisson, by logarithms, since its factors outgrow any number
final as (

    select
        settlement_id,
        region_code,
        category_id,
        number,
        any_value(mean) as mean,
        any_value(years) as years,
        any_value(exp(number * ln(mean) - mean - lgamma(number + 1))) as chance_of_count,
        sum(
            if(
                sum_of_years < 0,
                0,
                exp(sum_of_years * ln(years * mean) - years * mean - lgamma(greatest(sum_of_years, 0) + 1))
            )
        ) as chance_of_baseline
    from sums
    group by settlement_id, region_code, category_id, number

)

select * from final
