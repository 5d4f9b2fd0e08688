{#
    Totals are exact to the krona (A1). Where all amounts are known: equal shares sum to the appropriation; what a region
    gets is its performance and its bonus; performance and pots sum to the appropriation where there are pots; the bonuses
    sum to the pots that somebody shares. A rounding that loses one krona would show nowhere else.
#}
with

amounts as (

    select
        settlement_id,
        rounds.allocation_model,
        rounds.appropriation_kr,
        sum(allocations.allocated_kr) as allocated_kr,
        sum(allocations.performance_kr) as performance_kr,
        sum(allocations.bonus_kr) as bonus_kr,
        count(*) filter (
            where
            rounds.allocation_model != 'equal_share'
            and allocations.allocated_kr is distinct from allocations.performance_kr + allocations.bonus_kr
        ) as regions_that_do_not_add_up
    from {{ ref('grant_allocations') }} as allocations
    inner join {{ ref('settlements') }} using (settlement_id)
    inner join {{ ref('grant_rounds') }} as rounds using (round_id)
    group by settlement_id, rounds.allocation_model, rounds.appropriation_kr
    having count(allocations.allocated_kr) = count(*)

),

shares as (

    select
        settlement_id,
        category_id,
        sum(bonus_kr) as bonus_kr
    from {{ ref('bonus_pots') }}
    group by settlement_id, category_id

),

pots as (

    select
        pots.settlement_id,
        sum(pots.pot_kr) as pots_kr,
        sum(pots.pot_kr) filter (where shares.category_id is not null) as shared_kr,
        sum(shares.bonus_kr) as bonus_kr
    from {{ ref('remaining_funds') }} as pots
    left join shares
        on
            pots.settlement_id = shares.settlement_id
            and pots.category_id = shares.category_id
    group by pots.settlement_id

)

select
    settlement_id,
    amounts.allocated_kr,
    amounts.appropriation_kr,
    amounts.performance_kr,
    amounts.bonus_kr,
    pots.pots_kr,
    pots.shared_kr
from amounts
left join pots using (settlement_id)
where
    (amounts.allocation_model = 'equal_share' and amounts.allocated_kr != amounts.appropriation_kr)
    or amounts.regions_that_do_not_add_up > 0
    or amounts.allocated_kr > amounts.appropriation_kr
    or amounts.performance_kr + pots.pots_kr != amounts.appropriation_kr
    or coalesce(pots.shared_kr, 0) != coalesce(pots.bonus_kr, 0)
    or coalesce(pots.bonus_kr, 0) != coalesce(amounts.bonus_kr, 0)
