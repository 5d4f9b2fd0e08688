-- What had come in late at a settlement's cut-off, by region and category over the measured months.
select
    region_code,
    case when region_code = '00' then 'Riket' else region_code || ' ' || any_value(report_name) end as label,
    category_id,
    any_value(category_name_sv) as heading,
    round(100 * complete_sum(late_operations) / nullif(complete_sum(operations), 0), 1) as late_percent
from marts.count_quality
inner join seeds.categories using (category_id)
left join seeds.regions using (region_code)
inner join settlement_facts using (settlement_id)
inner join seeds.round_categories using (round_id, category_id)
where settlement_id = $settlement_id and period_role = 'measured' and round_categories.counts_from = 'par'
group by region_code, category_id, category_order
order by region_code = '00', region_code, category_order
