-- How late and how completely a region's operations came in, by category and month.
select
    category_id,
    category_name_sv as heading,
    operation_month,
    operations,
    late_percent,
    expected_completeness_percent,
    flags
from marts.count_quality
inner join seeds.categories using (category_id)
where settlement_id = $settlement_id and region_code = $region_code and period_role = 'measured'
order by operation_month, category_order
