-- Every settlement with its vintage.
select
    settlement_id, settlement_name, round_id, round_name, allocation_model, appropriation_kr, counts_from, cutoff_date,
    measured_through, compared_with, is_reached, status, report_id, disclosed_sv, disclosure_policy_sv, is_under_way
from marts.table_settlements
order by settlement_order
