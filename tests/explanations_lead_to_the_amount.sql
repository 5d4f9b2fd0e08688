{#
    The steps of an explanation end at the amount of `grant_allocations`, what the categories earned sums to what was earned
    and is eligible operations times rate, and each step that a seed decides names its document and the place in it.
#}
with

steps as (

    select * from {{ ref('amount_explanations') }}

),

regions as (

    select
        settlement_id,
        region_code,
        max(figure) filter (where step = 'allocated_kr') as allocated_kr,
        max(figure) filter (where step = 'earned_kr') as earned_kr,
        sum(figure) filter (where step = 'category_earned_kr') as category_earned_kr,
        -- whoever brings rates of their own need not bring documents
        count(*) filter (
            where
            decided_by like 'seeds.%'
            and step != 'rate_kr'
            and (document_name is null or source_ref is null)
        ) as steps_without_source
    from steps
    group by settlement_id, region_code

),

categories as (

    select
        settlement_id,
        region_code,
        category_id,
        max(figure) filter (where step = 'eligible_operations') as eligible_operations,
        max(figure) filter (where step = 'rate_kr') as rate_kr,
        max(figure) filter (where step = 'category_earned_kr') as category_earned_kr
    from steps
    where category_id is not null
    group by settlement_id, region_code, category_id

)

select
    settlement_id,
    region_code,
    null as category_id
from regions
full join {{ ref('grant_allocations') }} as allocations using (settlement_id, region_code)
where
    regions.allocated_kr is distinct from allocations.allocated_kr
    or regions.earned_kr is distinct from allocations.earned_kr
    or (allocations.earned_kr is not null and regions.category_earned_kr is distinct from allocations.earned_kr)
    or regions.steps_without_source > 0
union all
select
    settlement_id,
    region_code,
    category_id
from categories
where category_earned_kr is distinct from cast(eligible_operations as bigint) * cast(rate_kr as bigint)
