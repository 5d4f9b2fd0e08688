-- What each region earned, its cap and what it gets, in one settlement.
select
    region_code,
    case when grouping(region_code) = 1 then 'Summa' else any_value(region_name) end as label,
    case when count(earned_kr) = count(*) then sum(earned_kr) end as earned_kr,
    case when count(cap_kr) = count(*) then sum(cap_kr) end as cap_kr,
    case when count(performance_kr) = count(*) then sum(performance_kr) end as performance_kr,
    case when count(performance_kr) = count(*) then round(100 * sum(performance_kr) / nullif(sum(cap_kr), 0), 1) end
        as fulfilment_percent,
    case when count(bonus_kr) = count(*) then sum(bonus_kr) end as bonus_kr,
    case when count(allocated_kr) = count(*) then sum(allocated_kr) end as allocated_kr,
    case when grouping(region_code) = 0 then any_value(cap_month) end as cap_month,
    case when grouping(region_code) = 0 then any_value(flags) end as flags
from allocations
where settlement_id = $settlement_id
group by grouping sets ((region_code), ())
order by region_code is null, region_code
