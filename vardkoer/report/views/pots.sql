-- What performance left of the appropriation, its pots, and who shares in them.
select category_id, region_code, row_name as label, is_pot, remaining_kr, share_percent, recipients, pot_kr, rank, bonus_kr
from marts.table_pots
where settlement_id = $settlement_id
order by category_order, rank
