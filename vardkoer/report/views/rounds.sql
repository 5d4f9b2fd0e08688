select
    round_id,
    round_name_sv,
    allocation_model,
    appropriation_kr,
    rounds.status,
    round_order,
    rounds.quote,
    document_name,
    diary_number,
    rounds.source_ref,
    list([period_start, period_end] order by period_start) filter (where period_role = 'measured') as measured,
    list([period_start, period_end] order by period_start) filter (where period_role = 'baseline') as baseline
from rounds
left join seeds.round_periods as periods using (round_id)
inner join seeds.source_documents as documents on rounds.source_id = documents.source_id
group by all
order by round_order
