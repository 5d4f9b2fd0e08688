-- What a settlement still lacks.
select gap, category_name_sv as category, region_name as region, gap_date
from marts.settlement_gaps
left join seeds.categories using (category_id)
left join seeds.regions using (region_code)
where settlement_id = $settlement_id
order by gap, category_order, region_code, gap_date
