-- The nation's quality by category, over the measured months of a settlement.
select
    category_id,
    category_name_sv as label,
    complete_sum(operations) as operations,
    round(100 * complete_sum(late_operations) / nullif(complete_sum(operations), 0), 1) as late_percent,
    round(100 * complete_sum(imputed_date_operations) / nullif(complete_sum(operations), 0), 1) as imputed_date_percent,
    round(100 * complete_sum(invalid_identity_rows) / nullif(complete_sum(operations) + complete_sum(invalid_identity_rows), 0), 1) as invalid_identity_percent,
    round(100 * complete_sum(unknown_hospital_operations) / nullif(complete_sum(operations), 0), 1) as unknown_hospital_percent,
    min(coverage_low_percent) as coverage_low_percent
from marts.count_quality
inner join seeds.categories using (category_id)
where settlement_id = $settlement_id and region_code = '00' and period_role = 'measured'
group by category_id, category_name_sv, category_order
order by category_order
