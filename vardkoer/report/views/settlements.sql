-- Every settlement with its vintage.
select facts.*, facts.settlement_id in (select settlement_id from current_settlement) as is_current
from settlement_facts as facts
order by settlement_order, settlement_id
