-- Bilaga 4: where the operations were done, by home region and category.
select
    region_code,
    case when grouping(region_code) = 1 then 'Riket' else region_code || ' ' || any_value(report_name) end as label,
    category_id,
    any_value(category_name_sv) as heading,
    complete_sum(operations_home_region) as operations_home_region,
    complete_sum(operations_other_region) as operations_other_region,
    complete_sum(operations) as operations,
    round(100 * complete_sum(operations_other_region) / nullif(complete_sum(operations), 0), 1) as other_region_percent,
    case when grouping(region_code) = 0 then any_value(flags) end as flags
from (
    select
        counts.*,
        regions.report_name,
        categories.category_name_sv,
        categories.category_order,
        standing.flags
    from marts.operation_counts as counts
    inner join seeds.regions using (region_code)
    inner join seeds.categories using (category_id)
    left join marts.standing_by_category as standing using (settlement_id, region_code, category_id)
    where counts.settlement_id = $settlement_id and counts.period_role = 'measured'
)
group by grouping sets ((region_code, category_id), (category_id))
order by region_code is null, region_code, any_value(category_order)
