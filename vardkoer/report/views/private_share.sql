-- Share done by private providers, in whole percent. Finer than what the agency publishes: hidden where either part is
-- smaller than the policy for such figures shows.
select
    region_code,
    case when grouping(region_code) = 1 then 'Riket' else region_code || ' ' || any_value(report_name) end as label,
    category_id,
    any_value(category_name_sv) as heading,
    case
        when least(complete_sum(operations_private), complete_sum(operations_public)) >= any_value(smallest_shown)
            then round(100 * sum(operations_private) / nullif(sum(operations), 0))
    end as private_percent,
    case when grouping(region_code) = 0 then any_value(flags) end as flags
from (
    select
        counts.*,
        regions.report_name,
        categories.category_name_sv,
        categories.category_order,
        policies.smallest_shown,
        standing.flags
    from marts.operation_counts as counts
    inner join seeds.regions using (region_code)
    inner join seeds.categories using (category_id)
    left join marts.standing_by_category as standing using (settlement_id, region_code, category_id)
    cross join (select smallest_shown from seeds.disclosure_policies where policy_id = 'suppress_below_5') as policies
    where counts.settlement_id = $settlement_id and counts.period_role = 'measured'
)
group by grouping sets ((region_code, category_id), (category_id))
order by region_code is null, region_code, any_value(category_order)
