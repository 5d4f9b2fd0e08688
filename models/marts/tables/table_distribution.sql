with

figures as (

    select * from {{ ref('published_reconciliation') }}
    where measure = 'key_figure'

),

settlements as (

    select * from {{ ref('table_settlements') }}

),

-- a line of the report's table 1 is named by its figures: summary_block1_allocated_kr and so on
named as (

    select
        regexp_extract(figure_id, '^summary_(\w+?)_(allocated_kr|used_kr|used_percent)$', 1) as line_id,
        regexp_extract(figure_id, '^summary_(\w+?)_(allocated_kr|used_kr|used_percent)$', 2) as part,
        settlement_id,
        our_value,
        explanation,
        note_sv
    from figures

),

lines as (

    select
        line_id,
        max(settlement_id) as settlement_id,
        max(our_value) filter (where part = 'allocated_kr') as allocated_kr,
        max(our_value) filter (where part = 'used_kr') as used_kr,
        max(our_value) filter (where part = 'used_percent') as used_percent,
        string_agg(note_sv, ' ' order by part) filter (where explanation != 'exact') as comment_sv
    from named
    where part != ''
    group by line_id

),

final as (

    select
        lines.line_id,
        coalesce(settlements.round_name, 'Totalt') as row_name,
        cast(lines.allocated_kr as bigint) as allocated_kr,
        cast(lines.used_kr as bigint) as used_kr,
        cast(lines.used_percent as decimal(9, 1)) as used_percent,
        lines.comment_sv,
        settlements.settlement_order is null as is_total,
        cast(row_number() over (order by settlements.settlement_order nulls last) as integer) as line_order
    from lines
    left join settlements on lines.settlement_id = settlements.settlement_id

)

select * from final
