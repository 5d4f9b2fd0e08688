{#
    A table by producing county and one of hospitals for the same settlement would together tell hospital counts that are
    hidden: the home county's sum less its hospitals that are shown.
#}
select
    workbook_id,
    sheet_name,
    settlement_id
from {{ ref('workbook_tables') }}
where
    table_kind = 'producing_county'
    and settlement_id in (select disclosed.settlement_id from {{ ref('disclosed_settlements') }} as disclosed)
