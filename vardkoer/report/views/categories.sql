-- Categories of a settlement's round.
select category_id, category_name_sv as category, round_categories.counts_from, round_categories.status
from seeds.settlements
inner join seeds.round_categories using (round_id)
inner join seeds.categories using (category_id)
where settlement_id = $settlement_id
order by category_order
