-- The steps to an amount: each with its rule, the row that decides it and the words of the document.
select
    step_order,
    step,
    category_id,
    category_name_sv as category,
    baseline_year,
    figure,
    rule_id,
    decided_by,
    derivation_sv,
    document_name,
    diary_number,
    source_ref,
    quote_sv
from marts.amount_explanations
left join seeds.categories using (category_id)
where settlement_id = $settlement_id and region_code = $region_code
order by step_order, category_order, baseline_year
