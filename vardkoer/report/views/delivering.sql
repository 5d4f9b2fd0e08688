-- Regions of which the extract has a month that is delivered.
select region_code, region_name
from seeds.regions
where region_code in (
    select region_code
    from marts.operation_counts
    where counts_from = 'par' and operations is not null
)
order by region_code
