{#
    Each settlement has one row for each region. The models join rounds, periods, categories and counts: a round that lacks
    one of them would vanish from the amounts without an error.
#}
with

wanted as (

    select
        settlements.settlement_id,
        regions.region_code
    from {{ ref('settlements') }} as settlements
    cross join {{ ref('regions') }} as regions

)

select
    coalesce(wanted.settlement_id, allocations.settlement_id) as settlement_id,
    coalesce(wanted.region_code, allocations.region_code) as region_code
from wanted
full outer join {{ ref('grant_allocations') }} as allocations
    on
        wanted.settlement_id = allocations.settlement_id
        and wanted.region_code = allocations.region_code
where wanted.region_code is null or allocations.region_code is null
