-- Figures of the final report's text, ours.
select figure_id, settlement_id, our_value
from marts.published_reconciliation
where measure = 'key_figure'
order by figure_id
