-- What a settlement still lacks, a row for each kind; of one region, what concerns it.
select gap, categories, regions, first_date
from marts.table_gaps
where settlement_id = $settlement_id and region_code = $region_code
order by gap
