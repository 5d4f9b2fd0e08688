-- Everything a region gets or would have got, in the settlements of whole rounds and the one under way.
select
    settlement_id, settlement_name as label, cutoff_date, status, earned_kr, cap_kr, performance_kr, bonus_kr,
    allocated_kr, flags
from marts.table_amounts
where region_code = $region_code and is_on_pages
order by settlement_order
