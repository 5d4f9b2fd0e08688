{#
    The steps of an explanation end at the amount of `grant_allocations`, what the categories earned sums to what was earned
    and is eligible operations times rate, and each step that a seed decides names its document and the place in it. The years
    behind a mean have that mean, and an equal share is the division, rounded down, with a krona for those first in line.
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
        floor(max(figure) filter (where step = 'equal_share_kr'))
        + if(
            max(figure) filter (where step = 'left_over_place')
            <= max(figure) filter (where step = 'left_over_kr'),
            1,
            0
        ) as equal_share_kr,
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
        max(figure) filter (where step = 'category_earned_kr') as category_earned_kr,
        max(figure) filter (where step = 'baseline_mean') as baseline_mean,
        count(*) filter (where step = 'baseline_operations') as baseline_years,
        avg(figure) filter (where step = 'baseline_operations') as mean_of_years
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
    or regions.equal_share_kr != regions.allocated_kr
    or regions.steps_without_source > 0
union all
select
    settlement_id,
    region_code,
    category_id
from categories
where
    category_earned_kr is distinct from cast(eligible_operations as bigint) * cast(rate_kr as bigint)
    or (baseline_years > 0 and baseline_mean is not null and abs(baseline_mean - mean_of_years) > 0.00001)
