-- What the documents themselves say about the reporting.
select
    flag_name_sv,
    coalesce(region_name, 'Riket') as region,
    category_name_sv as category,
    first_month,
    last_month,
    coverage_low_percent,
    coverage_high_percent,
    issues.quote,
    document_name,
    diary_number,
    issues.source_ref
from seeds.known_reporting_issues as issues
inner join seeds.quality_flags using (flag_id)
left join seeds.regions using (region_code)
left join seeds.categories using (category_id)
inner join seeds.source_documents as documents on issues.source_id = documents.source_id
order by flag_order, region_code, category_order
