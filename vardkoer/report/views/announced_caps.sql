-- The most that performance can give each region in a round, as decided.
select region_code, region_name as label, cap_kr
from seeds.grant_caps
inner join seeds.regions using (region_code)
where round_id = $round_id
order by region_code
