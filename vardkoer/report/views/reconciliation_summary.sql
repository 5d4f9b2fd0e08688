-- How many published figures come out, by kind of figure.
select
    measure,
    count(*) as figures,
    count(*) filter (where explanation = 'exact') as exact,
    count(*) filter (where explanation = 'rounding') as rounding,
    count(*) filter (where explanation = 'vintage') as vintage,
    count(*) filter (where explanation = 'inconsistency') as inconsistency,
    count(*) filter (where explanation = 'not_computed') as not_computed,
    count(*) filter (where explanation = 'unexplained') as unexplained
from marts.published_reconciliation
group by grouping sets ((measure), ())
order by measure is null, min(source_ref), measure
