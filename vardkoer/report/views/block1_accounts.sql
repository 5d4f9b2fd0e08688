-- Bilaga 2: what became of the equal share.
select
    region_code,
    case when grouping(region_code) = 1 then 'Summa' else any_value(region_name) end as label,
    sum(requisitioned_kr) as requisitioned_kr,
    sum(spent_kr) as spent_kr,
    sum(unused_kr) as unused_kr,
    round(100 * sum(spent_kr) / sum(requisitioned_kr)) as spent_percent
from marts.block1_accounts
inner join seeds.regions using (region_code)
where round_id = $round_id
group by grouping sets ((region_code), ())
order by region_code is null, region_code
