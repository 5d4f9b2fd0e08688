-- What each reading is worth in a settlement, the largest first, beside the words that it is about.
select reading_id, row_name as label, rule_id, quote, difference_kr, performance_kr, regions_gaining, regions_losing
from marts.table_reading_totals
where settlement_id = $settlement_id
order by size_order
