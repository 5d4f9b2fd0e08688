-- What late reports moved, against the settlement it is compared with.
select
    region_code,
    case when grouping(region_code) = 1 then 'Summa' else any_value(region_name) end as label,
    case when not bool_or(is_missing) then sum(operations_before) end as operations_before,
    case when not bool_or(is_missing) then sum(operations_after) end as operations_after,
    case when not bool_or(is_missing) then sum(allocated_before_kr) end as allocated_before_kr,
    case when not bool_or(is_missing) then sum(allocated_after_kr) end as allocated_after_kr,
    case when not bool_or(is_missing) then sum(difference_kr) end as difference_kr,
    case when grouping(region_code) = 0 then any_value(flags) end as flags
from (
    select
        effects.*,
        regions.region_name,
        standing.flags,
        effects.difference_kr is null or undelivered.region_code is not null as is_missing
    from marts.vintage_effects as effects
    inner join seeds.regions using (region_code)
    left join undelivered using (settlement_id, region_code)
    left join marts.region_standing as standing using (settlement_id, region_code)
    where effects.settlement_id = $settlement_id
)
group by grouping sets ((region_code), ())
order by region_code is null, region_code
