-- What late reports moved, against the settlement it is compared with.
select
    region_code,
    case when grouping(region_code) = 1 then 'Summa' else any_value(region_name) end as label,
    complete_sum(operations_before) as operations_before,
    complete_sum(operations_after) as operations_after,
    complete_sum(allocated_before_kr) as allocated_before_kr,
    complete_sum(allocated_after_kr) as allocated_after_kr,
    complete_sum(difference_kr) as difference_kr,
    case when grouping(region_code) = 0 then any_value(flags) end as flags
from (
    select effects.*, regions.region_name, standing.flags
    from marts.vintage_effects as effects
    inner join seeds.regions using (region_code)
    left join marts.region_standing as standing using (settlement_id, region_code)
    where effects.settlement_id = $settlement_id
)
group by grouping sets ((region_code), ())
order by region_code is null, region_code
