with

workbook_tables as (

    select * from {{ ref('workbook_tables') }}
    where table_kind = 'grants'

),

amounts as (

    select * from {{ ref('table_amounts') }}

),

settlements as (

    select * from {{ ref('table_settlements') }}

),

paid as (

    select
        workbook_tables.workbook_id as report_id,
        amounts.region_code,
        settlement_id,
        amounts.row_name,
        settlements.round_name as heading,
        workbook_tables.column_title_sv as printed_heading,
        amounts.allocated_kr,
        amounts.flags,
        cast(workbook_tables.column_order as integer) as column_order,
        amounts.is_total
    from workbook_tables
    inner join amounts using (settlement_id)
    inner join settlements using (settlement_id)

),

final as (

    select * from paid
    union all
    select
        report_id,
        region_code,
        null as settlement_id,
        any_value(row_name) as row_name,
        'Totalt' as heading,
        'Beviljat belopp (kr) – Totalt' as printed_heading,
        cast({{ complete_sum('allocated_kr') }} as bigint) as allocated_kr,
        cast(null as string) as flags,
        cast(max(column_order) + 1 as integer) as column_order,
        bool_or(is_total) as is_total
    from paid
    group by report_id, region_code

)

select * from final
