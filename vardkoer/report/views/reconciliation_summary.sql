-- How many published figures come out, by kind of figure.
select measure, figures, exact, rounding, vintage, inconsistency, not_computed, unexplained
from marts.table_reconciliation_summary
order by measure_order
