-- What operations that only a list has are worth to one region.
select list_id, list_name_sv, performance_kr, cap_kr, missing_measured, worth_kr, worth_in_both_periods_kr
from marts.coverage_worth_disclosed
where settlement_id = $settlement_id and region_code = $region_code
order by list_id
