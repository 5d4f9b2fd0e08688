with

ranking as (

    select * from {{ ref('int_bonus_candidates_ranked') }}

),

caps as (

    select * from {{ ref('grant_caps') }}

),

sharing as (

    select
        ranking.settlement_id,
        ranking.category_id,
        region_code,
        ranking.pot_kr,
        ranking.rank_in_pot,
        caps.cap_kr
    from ranking
    left join caps using (round_id, region_code)
    where ranking.is_ranking_known and ranking.rank_in_pot <= ranking.recipients

),

-- A4: within a pot in proportion to the caps
shared as (

    {{ apportion(
        'sharing', group_by='settlement_id, category_id', total_kr='pot_kr', weight='cap_kr',
        tie_break='cap_kr, region_code'
    ) }}

),

final as (

    select
        settlement_id,
        category_id,
        region_code,
        pot_kr,
        cast(rank_in_pot as bigint) as rank,
        share_kr as bonus_kr
    from shared

)

select * from final
