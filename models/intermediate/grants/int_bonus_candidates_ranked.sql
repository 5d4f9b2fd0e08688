with

pots as (

    select * from {{ ref('remaining_funds') }}
    where pot_kr > 0

),

settlements as (

    select * from {{ ref('settlements') }}

),

rounds as (

    select * from {{ ref('grant_rounds') }}

),

earnings as (

    select * from {{ ref('grant_earnings') }}

),

populations as (

    select * from {{ ref('region_populations') }}

),

-- a region that did none has not done "the most operations", however few others there are
candidates as (

    select
        settlement_id,
        round_id,
        category_id,
        pots.pot_kr,
        pots.recipients,
        earnings.region_code,
        earnings.operations,
        populations.population,
        populations.status as population_status
    from pots
    inner join settlements using (settlement_id)
    inner join rounds using (round_id)
    inner join earnings using (settlement_id, category_id)
    left join populations
        on
            earnings.region_code = populations.region_code
            and rounds.population_date = populations.population_date
    where earnings.operations > 0

),

-- A6: one unknown population leaves the whole ranking unknown
final as (

    select
        *,
        count(population) over pot = count(*) over pot as is_ranking_known,
        row_number() over (
            partition by settlement_id, category_id
            order by operations / population desc, operations desc, region_code asc
        ) as rank_in_pot
    from candidates
    window pot as (partition by settlement_id, category_id)

)

select * from final
