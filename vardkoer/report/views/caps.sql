-- The most that performance can give each region in each round that has caps.
select region_code, region_name as label, round_id, round_name_sv as heading, cap_kr
from seeds.grant_caps
inner join rounds using (round_id)
inner join seeds.regions using (region_code)
order by region_code, round_order
