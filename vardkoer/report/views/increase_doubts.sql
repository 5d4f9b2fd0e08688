-- What of the increase could be something else than more operations.
select doubt, region_code, category_id, row_name as label, earned_kr, least_kr, most_kr, is_nation
from marts.table_increase_doubts
where settlement_id = $settlement_id and doubt = $doubt
order by region_code, category_order
