-- Regions of which nothing has come in for the settlement.
select region_code, region_name
from undelivered
inner join seeds.regions using (region_code)
where settlement_id = $settlement_id
order by region_code
