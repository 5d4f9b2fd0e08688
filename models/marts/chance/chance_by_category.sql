with

counts as (

    select * from {{ ref('int_counts_by_chance') }}

),

settlements as (

    select * from {{ ref('settlements') }}
    where measured_through is null

),

rounds as (

    select * from {{ ref('grant_rounds') }}
    where allocation_model = 'increase'

),

earnings as (

    select * from {{ ref('grant_earnings') }}

),

tails as (

    select
        *,
        sum(chance_of_count) over (
            partition by settlement_id, region_code, category_id
            order by number desc
            rows between unbounded preceding and current row
        ) as chance_of_as_many,
        coalesce(sum(chance_of_count) over (
            partition by settlement_id, region_code, category_id
            order by number desc
            rows between unbounded preceding and 1 preceding
        ), 0) as chance_of_more
    from counts

),

-- what a count has above a baseline on average: its mean times the chance of as many, minus the baseline times the
-- chance of more
expected as (

    select
        settlement_id,
        region_code,
        category_id,
        sum(chance_of_baseline * (mean * chance_of_as_many - number * chance_of_more)) as operations
    from tails
    group by settlement_id, region_code, category_id

),

final as (

    select
        earnings.settlement_id,
        earnings.region_code,
        earnings.category_id,
        earnings.baseline_mean,
        earnings.rate_kr,
        earnings.eligible_operations,
        earnings.earned_kr,
        cast(
            if(earnings.baseline_mean is null, null, coalesce(expected.operations, 0)) as decimal(18, 2)
        ) as eligible_by_chance,
        cast(
            round(if(earnings.baseline_mean is null, null, coalesce(expected.operations, 0)) * earnings.rate_kr)
            as bigint
        ) as earned_by_chance_kr
    from settlements
    inner join rounds on settlements.round_id = rounds.round_id
    inner join earnings on settlements.settlement_id = earnings.settlement_id
    left join expected
        on
            earnings.settlement_id = expected.settlement_id
            and earnings.region_code = expected.region_code
            and earnings.category_id = expected.category_id

)

select * from final
