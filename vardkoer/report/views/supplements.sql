-- The part of what is earned that has a purpose of its own: known even while the rate is not.
select
    region_code,
    case when grouping(region_code) = 1 then 'Summa' else any_value(region_name) end as label,
    complete_sum(eligible_operations) as eligible_operations,
    complete_sum(earned_supplement_kr) as earned_supplement_kr,
    case when grouping(region_code) = 0 then any_value(flags) end as flags
from (
    select earnings.*, regions.region_name, standing.flags
    from marts.supplement_earnings as earnings
    inner join seeds.regions using (region_code)
    left join marts.region_standing as standing using (settlement_id, region_code)
    where earnings.settlement_id = $settlement_id
)
group by grouping sets ((region_code), ())
having count(*) > 0
order by region_code is null, region_code
