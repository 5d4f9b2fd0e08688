{#
    Where a round has caps, each region has one, above 0. A region without a row would keep the whole round provisional,
    and a cap of 0 would take the region out of both performance and bonus pots.
#}
with

capped_rounds as (

    select distinct round_id from {{ ref('grant_caps') }}

)

select
    round_id,
    region_code,
    caps.cap_kr
from capped_rounds
cross join {{ ref('regions') }}
left join {{ ref('grant_caps') }} as caps using (round_id, region_code)
where coalesce(caps.cap_kr, 0) <= 0
