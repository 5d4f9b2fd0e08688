-- How late and how completely a region's operations came in, by category and month.
select
    category_id,
    category_name_sv as heading,
    operation_month,
    if(is_known, operations, null) as operations,
    if(is_known, late_percent, null) as late_percent,
    if(is_known, expected_completeness_percent, null) as expected_completeness_percent,
    flags
from (
    select *, not is_not_delivered and not (operations = 0 and operation_month >= report_month) as is_known
    from marts.count_quality
    cross join newest_report
)
inner join seeds.categories using (category_id)
where settlement_id = $settlement_id and region_code = $region_code and period_role = 'measured'
order by operation_month, category_order
