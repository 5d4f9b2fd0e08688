{#
    A population that is filled in is above 0; one that is not known stays empty. Operations per inhabitant of a region
    with 0 inhabitants are no number, and the region would drop out of the ranking (A4) unseen.
#}
select
    region_code,
    population_date,
    population
from {{ ref('region_populations') }}
where population <= 0
