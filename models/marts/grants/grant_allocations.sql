with

settlements as (

    select * from {{ ref('settlements') }}

),

gaps as (

    select * from {{ ref('settlement_gaps') }}

),

performance as (

    select * from {{ ref('int_performance_capped') }}

),

equal_shares as (

    select * from {{ ref('int_equal_shares_apportioned') }}

),

pots as (

    select * from {{ ref('remaining_funds') }}

),

ranking as (

    select * from {{ ref('int_bonus_candidates_ranked') }}

),

bonuses as (

    select * from {{ ref('bonus_pots') }}

),

cap_months as (

    select * from {{ ref('int_caps_reached') }}

),

-- A6: the bonuses of a settlement are unknown while a pot or the ranking within it is
bonus_status as (

    select
        settlement_id,
        bool_or(pots.pot_kr is null or not coalesce(ranking.is_ranking_known, true)) as is_unknown
    from pots
    left join ranking using (settlement_id, category_id)
    group by settlement_id

),

bonus_sums as (

    select
        settlement_id,
        region_code,
        sum(bonus_kr) as bonus_kr
    from bonuses
    group by settlement_id, region_code

),

paid_by_performance as (

    select
        settlement_id,
        region_code,
        performance.earned_kr,
        performance.cap_kr,
        performance.performance_kr,
        if(
            coalesce(bonus_status.is_unknown, performance.performance_kr is null),
            null,
            coalesce(bonus_sums.bonus_kr, 0)
        ) as bonus_kr,
        cap_months.cap_month
    from performance
    left join bonus_status using (settlement_id)
    left join bonus_sums using (settlement_id, region_code)
    left join cap_months using (settlement_id, region_code)

),

allocated as (

    select
        settlement_id,
        region_code,
        earned_kr,
        cap_kr,
        performance_kr,
        bonus_kr,
        performance_kr + bonus_kr as allocated_kr,
        cap_month
    from paid_by_performance
    union all
    select
        settlement_id,
        region_code,
        null as earned_kr,
        null as cap_kr,
        null as performance_kr,
        null as bonus_kr,
        share_kr as allocated_kr,
        null as cap_month
    from equal_shares

),

-- A8: the rows that lack something, of their own or because it concerns all regions
lacking as (

    select distinct
        allocated.settlement_id,
        allocated.region_code
    from allocated
    inner join gaps
        on
            allocated.settlement_id = gaps.settlement_id
            and allocated.region_code = coalesce(gaps.region_code, allocated.region_code)

),

final as (

    select
        settlement_id,
        region_code,
        settlements.cutoff_date,
        allocated.earned_kr,
        allocated.cap_kr,
        allocated.performance_kr,
        cast(allocated.bonus_kr as bigint) as bonus_kr,
        cast(allocated.allocated_kr as bigint) as allocated_kr,
        allocated.cap_month,
        if(lacking.region_code is null, 'final', 'provisional') as status
    from allocated
    inner join settlements using (settlement_id)
    left join lacking using (settlement_id, region_code)

)

select * from final
