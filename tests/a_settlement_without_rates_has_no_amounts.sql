{# Where a rate is not set nothing shows an amount that depends on it, 0 kr least of all (A6). #}
with

unrated as (

    select distinct settlement_id from {{ ref('settlement_gaps') }}
    where gap = 'rate'

)

select
    settlement_id,
    'grant_allocations' as mart
from {{ ref('grant_allocations') }}
inner join unrated using (settlement_id)
where coalesce(earned_kr, performance_kr, bonus_kr, allocated_kr) is not null
union all
select
    settlement_id,
    'region_standing' as mart
from {{ ref('region_standing') }}
inner join unrated using (settlement_id)
where coalesce(earned_kr, available_kr, operations_to_cap_in_mix, projected_earned_kr) is not null
union all
select
    settlement_id,
    'standing_by_category' as mart
from {{ ref('standing_by_category') }}
inner join unrated using (settlement_id)
where rate_kr is null and coalesce(earned_kr, marginal_value_kr, operations_to_cap, projected_earned_kr) is not null
union all
select
    settlement_id,
    'grant_earnings' as mart
from {{ ref('grant_earnings') }}
inner join unrated using (settlement_id)
where rate_kr is null and earned_kr is not null
