select region_code, region_name, county_name, report_name
from seeds.regions
order by region_code
