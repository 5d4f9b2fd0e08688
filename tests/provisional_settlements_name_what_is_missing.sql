{#
    A settlement is provisional exactly when `settlement_gaps` names something that it lacks (A6). A provisional
    settlement without a gap leaves nobody anything to fill in; a final one with a gap is money that rests on a guess.
#}
with

statuses as (

    select distinct
        settlement_id,
        status
    from {{ ref('grant_allocations') }}

),

lacking as (

    select distinct settlement_id from {{ ref('settlement_gaps') }}

)

select
    statuses.settlement_id,
    statuses.status,
    lacking.settlement_id is not null as has_gap
from statuses
left join lacking on statuses.settlement_id = lacking.settlement_id
where (statuses.status = 'provisional') != (lacking.settlement_id is not null)
