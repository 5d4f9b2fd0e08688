-- The nation's quality by category, over the measured months of a settlement.
select
    category_id,
    category_name_sv as label,
    sum(operations) as operations,
    round(100 * sum(late_operations) / nullif(sum(operations), 0), 1) as late_percent,
    round(100 * sum(imputed_date_operations) / nullif(sum(operations), 0), 1) as imputed_date_percent,
    round(100 * sum(invalid_identity_rows) / nullif(sum(operations) + sum(invalid_identity_rows), 0), 1) as invalid_identity_percent,
    round(100 * sum(unknown_hospital_operations) / nullif(sum(operations), 0), 1) as unknown_hospital_percent,
    min(coverage_low_percent) as coverage_low_percent
from marts.count_quality
inner join seeds.categories using (category_id)
where settlement_id = $settlement_id and region_code = '00' and period_role = 'measured'
group by category_id, category_name_sv, category_order
order by category_order
