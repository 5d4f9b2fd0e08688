select region_code, region_name, county_name, report_name, is_delivering
from marts.table_regions
order by region_code
