-- What each category gives a region in a settlement, what its way to the cap looks like and what is to be expected.
select
    category_id, row_name as label, operations, baseline_mean, baseline_operations, eligible_operations, rate_kr, earned_kr,
    earned_supplement_kr, operations_below_baseline, marginal_value_kr, operations_to_cap, operations_to_cap_in_mix,
    projected_operations, completed_operations, completed_eligible_operations, completed_supplement_kr, completed_earned_kr,
    planned_operations, flags
from marts.table_earnings
where settlement_id = $settlement_id and region_code = $region_code
order by category_order
