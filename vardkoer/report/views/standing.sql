-- Where the regions stand in a round: what is known to be paid for, what is earned, what the cap leaves and where it leads.
select
    region_code, row_name as label, months_measured, months_to_come, eligible_operations, earned_supplement_kr, earned_kr, cap_kr,
    share_of_cap_percent, available_kr, operations_to_cap_in_mix, projected_performance_kr,
    completed_eligible_operations, completed_supplement_kr, completed_performance_kr, flags
from marts.table_amounts
where settlement_id = $settlement_id
order by region_order
