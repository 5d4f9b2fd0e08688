-- The steps to an amount: each with its rule, the row that decides it and the words of the document.
select
    step_order, step, category_id, baseline_year, figure, rule_id, decided_by, derivation_sv, document_name, diary_number,
    source_ref, quote_sv
from marts.amount_explanations
where settlement_id = $settlement_id and region_code = $region_code
order by step_order, baseline_year
