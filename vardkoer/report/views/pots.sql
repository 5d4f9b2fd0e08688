-- What performance left of the appropriation, and its pots.
select category_id, category_name_sv as label, remaining_kr, share_percent, recipients, pot_kr
from marts.remaining_funds
inner join seeds.categories using (category_id)
where settlement_id = $settlement_id
order by category_order
