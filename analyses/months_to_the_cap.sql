{# Did the first model of 2025 pay for more operations than would have been done anyway? When the caps were reached, and
   how much of what was earned lay above them. The report's own answer (Resultat, s. 8): "Den första fördelningsmodellen
   inte gav regionerna incitament att öka sin produktion", since every cap was reached in February or March. #}
select
    settlement_id,
    rounds.allocation_model,
    allocations.cap_month,
    count(*) as regions,
    sum(allocations.earned_kr) as earned_kr,
    sum(allocations.performance_kr) as paid_kr,
    round(100 * sum(allocations.performance_kr) / sum(allocations.earned_kr)) as paid_percent_of_earned
from {{ ref('grant_allocations') }} as allocations
inner join {{ ref('settlements') }} using (settlement_id)
inner join {{ ref('grant_rounds') }} as rounds using (round_id)
where allocations.earned_kr > 0
group by settlement_id, rounds.allocation_model, allocations.cap_month
order by settlement_id, allocations.cap_month
