-- The register against second lists for one region, over the measured period.
select
    list_id, category_id, list_name_sv, category_name, operations, in_both, list_only, received_after_cutoff,
    register_only, excluded, invalid_person_id, share_of_either_percent
from marts.coverage_disclosed
where settlement_id = $settlement_id and region_code = $region_code and period_role = $period_role
order by list_id, category_id
