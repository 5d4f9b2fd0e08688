-- Bilaga 1: what was paid to each region in each settlement of the final report, and together.
select
    allocations.region_code,
    case when grouping(allocations.region_code) = 1 then 'Summa' else any_value(region_name) end as label,
    allocations.settlement_id,
    case when grouping(allocations.settlement_id) = 1 then 'Totalt' else any_value(round_name) end as heading,
    complete_sum(allocated_kr) as allocated_kr,
    case when grouping(allocations.region_code, allocations.settlement_id) = 0 then any_value(flags) end as flags
from allocations
inner join settlement_facts using (settlement_id)
inner join seeds.published_measures using (settlement_id)
where measure = 'grant_kr'
group by cube (allocations.region_code, allocations.settlement_id)
order by
    allocations.region_code is null, allocations.region_code,
    allocations.settlement_id is null, min(settlement_order)
