-- The register against a list in a period, by region and for the nation.
select
    region_code, region_name as label, operations, in_both, list_only, register_only, share_of_either_percent,
    share_of_list_percent, estimated_operations, estimate_low, estimate_high
from marts.coverage_disclosed
where
    settlement_id = $settlement_id
    and list_id = $list_id
    and category_id = $category_id
    and period_role = $period_role
order by region_order
