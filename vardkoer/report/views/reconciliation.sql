-- Every published figure of a kind beside ours, with a Swedish name and the reason for a difference.
select
    measure, figure_id, region_code, category_id, operation_month, settlement_id, row_name as label, published_value, our_value,
    difference, explanation, note_sv
from marts.published_reconciliation
where measure = $measure
order by comparison_order
