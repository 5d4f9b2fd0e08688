-- Bilaga 2: what became of the equal share.
select region_code, row_name as label, requisitioned_kr, spent_kr, unused_kr, spent_percent
from marts.table_accounts
where round_id = $round_id
order by is_total, region_code
