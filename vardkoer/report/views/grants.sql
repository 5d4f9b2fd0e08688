-- What each region earned, its cap and what it gets, in one settlement.
select
    region_code,
    case when grouping(region_code) = 1 then 'Summa' else any_value(region_name) end as label,
    complete_sum(earned_kr) as earned_kr,
    complete_sum(cap_kr) as cap_kr,
    complete_sum(performance_kr) as performance_kr,
    round(100 * complete_sum(performance_kr) / nullif(complete_sum(cap_kr), 0), 1) as fulfilment_percent,
    complete_sum(bonus_kr) as bonus_kr,
    complete_sum(allocated_kr) as allocated_kr,
    case when grouping(region_code) = 0 then any_value(cap_month) end as cap_month,
    case when grouping(region_code) = 0 then any_value(flags) end as flags
from allocations
where settlement_id = $settlement_id
group by grouping sets ((region_code), ())
order by region_code is null, region_code
