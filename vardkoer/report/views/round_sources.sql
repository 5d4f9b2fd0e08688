-- Every rule of the rounds with the words of the document that it rests on; without words it is a choice.
with

rules as (

    select round_id, 1 as rule_order, 'anslag' as rule, source_id, source_ref, quote
    from seeds.grant_rounds
    union all
    select round_id, 2, case period_role when 'measured' then 'mätperiod' else 'jämförelseår' end, source_id, source_ref, quote
    from seeds.round_periods
    union all
    select round_id, 3, 'operationstyp: ' || lower(category_name_sv), source_id, source_ref, quote
    from seeds.round_categories
    inner join seeds.categories using (category_id)
    union all
    select round_id, 4, 'belopp: ' || lower(category_name_sv), source_id, source_ref, quote
    from seeds.grant_rates
    inner join seeds.categories using (category_id)
    union all
    select round_id, 5, 'tillägg i beloppet', source_id, source_ref, quote
    from seeds.rate_supplements
    union all
    select round_id, 6, 'tak' || case when is_derived then ', härlett' else '' end, source_id, source_ref, quote
    from seeds.grant_caps
    union all
    select round_id, 7, 'pott: ' || lower(category_name_sv), source_id, source_ref, quote
    from seeds.bonus_pot_shares
    inner join seeds.categories using (category_id)
    union all
    select round_id, 8, 'stoppdatum ' || lower(settlement_name_sv), source_id, source_ref, quote
    from seeds.settlements
    where cutoff_date is not null and measured_through is null

)

select distinct
    round_order,
    rule_order,
    concat_ws(' ', round_id, rule, rules.quote, rules.source_ref) as _rule,
    round_name_sv || ': ' || rule as label,
    coalesce('”' || rules.quote || '”', 'Ett val.') as quote,
    document_name as document,
    rules.source_ref
from rules
inner join rounds using (round_id)
inner join seeds.source_documents as documents on rules.source_id = documents.source_id
order by round_order, rule_order, label, rules.source_ref
