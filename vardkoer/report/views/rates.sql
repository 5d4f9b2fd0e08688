-- Kronor per operation of each round.
select round_id, category_id, round_name_sv || ': ' || category_name_sv as label, rate_kr
from seeds.grant_rates
inner join rounds using (round_id)
inner join seeds.categories using (category_id)
order by round_order, category_order
