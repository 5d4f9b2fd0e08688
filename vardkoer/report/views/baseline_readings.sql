-- What another reading of the baseline mean would be worth.
select
    region_code,
    case when grouping(region_code) = 1 then 'Summa' else any_value(region_name) end as label,
    case when not bool_or(is_missing) then sum(performance_kr) end as performance_kr,
    case when not bool_or(is_missing) then sum(other_performance_kr) end as other_performance_kr,
    case when not bool_or(is_missing) then sum(difference_kr) end as difference_kr,
    case when grouping(region_code) = 0 then any_value(flags) end as flags
from (
    select
        effects.*,
        regions.region_name,
        standing.flags,
        effects.difference_kr is null or undelivered.region_code is not null as is_missing
    from marts.baseline_reading_effects as effects
    inner join seeds.regions using (region_code)
    left join undelivered using (settlement_id, region_code)
    left join marts.region_standing as standing using (settlement_id, region_code)
    where effects.settlement_id = $settlement_id
)
group by grouping sets ((region_code), ())
having count(*) > 0
order by region_code is null, region_code
