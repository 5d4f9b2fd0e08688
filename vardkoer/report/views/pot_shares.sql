-- Who shares in the pots.
select category_id, region_code, category_name_sv || ': ' || region_name as label, pots.rank, bonus_kr
from marts.bonus_pots as pots
inner join seeds.categories using (category_id)
inner join seeds.regions using (region_code)
where settlement_id = $settlement_id
order by category_order, pots.rank
