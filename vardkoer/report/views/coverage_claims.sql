-- What lists claim to hold completely.
select list_id, category_id, region_code, period_start, period_end
from seeds.coverage_claims
order by list_id, category_id, region_code, period_start
