{#
    Performance is never above the cap (A2, A3) and nothing is below 0: a decrease in one category takes nothing from
    another. A negative amount would be a demand for repayment, one above the cap money that was not granted.
#}
select
    settlement_id,
    region_code,
    earned_kr,
    cap_kr,
    performance_kr,
    bonus_kr,
    allocated_kr
from {{ ref('grant_allocations') }}
where
    earned_kr < 0
    or performance_kr < 0
    or bonus_kr < 0
    or allocated_kr < 0
    or performance_kr > cap_kr
    or performance_kr > earned_kr
