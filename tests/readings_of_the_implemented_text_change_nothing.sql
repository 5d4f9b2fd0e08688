{# A reading that is what the warehouse does has its amounts in every settlement and region, though it is computed on
   the way of the other readings: contacts, months, sums, rates, caps, pots and equal shares. #}
with

same as (

    select reading_id
    from {{ ref('readings') }}
    where variant = 'as_implemented'

),

earned as (

    select
        settlement_id,
        region_code,
        {{ complete_sum('operations') }} as operations,
        {{ complete_sum('eligible_operations') }} as eligible_operations
    from {{ ref('grant_earnings') }}
    group by settlement_id, region_code

),

with_pots as (

    select distinct settlement_id
    from {{ ref('remaining_funds') }}

)

select
    effects.settlement_id,
    effects.reading_id,
    region_code
from {{ ref('grant_allocations') }} as allocations
left join earned using (settlement_id, region_code)
left join with_pots using (settlement_id)
inner join {{ ref('reading_effects') }} as effects using (settlement_id, region_code)
inner join same on effects.reading_id = same.reading_id
where
    effects.performance_kr is distinct from coalesce(allocations.performance_kr, allocations.allocated_kr)
    or coalesce(effects.difference_kr, 0) != 0
    or effects.earned_kr is distinct from allocations.earned_kr
    or effects.operations is distinct from earned.operations
    or effects.eligible_operations is distinct from earned.eligible_operations
    or coalesce(effects.bonus_difference_kr, 0) != 0
    or (with_pots.settlement_id is not null and effects.bonus_kr is distinct from allocations.bonus_kr)
