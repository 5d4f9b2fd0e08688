{#
    A region's amount is provisional exactly when `settlement_gaps` names something that it lacks, by itself or with all
    others, and a final one is known (A6, A8). A provisional amount without a gap leaves nobody anything to fill in; a final
    one with a gap is money that rests on a guess.
#}
with

lacking as (

    select distinct
        allocations.settlement_id,
        allocations.region_code
    from {{ ref('grant_allocations') }} as allocations
    inner join {{ ref('settlement_gaps') }} as gaps
        on
            allocations.settlement_id = gaps.settlement_id
            and (allocations.region_code = gaps.region_code or gaps.region_code is null)

)

select
    allocations.settlement_id,
    allocations.region_code,
    allocations.status,
    allocations.allocated_kr,
    lacking.settlement_id is not null as has_gap
from {{ ref('grant_allocations') }} as allocations
left join lacking
    on
        allocations.settlement_id = lacking.settlement_id
        and allocations.region_code = lacking.region_code
where
    (allocations.status = 'provisional') != (lacking.settlement_id is not null)
    or (allocations.status = 'final' and allocations.allocated_kr is null)
