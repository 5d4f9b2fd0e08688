-- What the register may have of a row of a list.
select outcome, outcome_sv, meaning_sv
from seeds.coverage_outcomes
order by outcome_order
