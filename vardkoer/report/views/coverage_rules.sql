-- What is chosen about second lists, and why they are compared.
select list_id, list_name_sv, tolerance_days, quote
from seeds.coverage_lists
order by list_id
