-- What another reading of the baseline mean would be worth. There are rows for the regions whose amount is known; the sum
-- needs all of them.
select
    region_code,
    case when grouping(region_code) = 1 then 'Summa' else any_value(region_name) end as label,
    complete_sum(performance_kr) as performance_kr,
    complete_sum(difference_kr) as difference_kr,
    case when grouping(region_code) = 0 then any_value(flags) end as flags
from (
    select
        regions.region_code,
        regions.region_name,
        effects.performance_kr,
        effects.difference_kr,
        standing.flags
    from seeds.regions as regions
    left join marts.reading_effects as effects
        on
            regions.region_code = effects.region_code
            and effects.settlement_id = $settlement_id
            and effects.reading_id = $reading_id
            and effects.difference_kr is not null
    left join marts.region_standing as standing
        on regions.region_code = standing.region_code and standing.settlement_id = $settlement_id
)
group by grouping sets ((region_code), ())
having count(difference_kr) > 0
order by region_code is null, region_code
