-- What operations that only a list has are worth to each region.
select region_code, region_name as label, performance_kr, missing_measured, worth_kr, worth_in_both_periods_kr
from marts.coverage_worth_disclosed
where settlement_id = $settlement_id and list_id = $list_id
order by region_code
