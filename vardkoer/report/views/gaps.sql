-- What a settlement still lacks, a row for each kind; of one region, what concerns it. Where regions share pots a gap of
-- one of them stands twice in the mart, once for all.
select
    gap,
    list(distinct category_name_sv order by category_name_sv) filter (where category_name_sv is not null) as categories,
    list(distinct region_name order by region_name) filter (where region_name is not null) as regions,
    count(distinct region_code) = (select count(*) from seeds.regions) as is_every_region,
    min(gap_date) as first_date
from marts.settlement_gaps
left join seeds.categories using (category_id)
left join seeds.regions using (region_code)
where settlement_id = $settlement_id and ($region_code = '' or region_code is null or region_code = $region_code)
group by gap
order by gap
