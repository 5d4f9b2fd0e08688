{#
    A population that is filled in is above 0; one that is not known stays empty. Divided by 0 inhabitants, one operation
    is more per inhabitant than anybody else's, and the region would win every pot (A4).
#}
select
    region_code,
    population_date,
    population
from {{ ref('region_populations') }}
where population <= 0
