-- Table 1 of the final report's summary: what there was to distribute and what was used.
select
    regexp_extract(figure_id, '^summary_(block1|block2|additional|total)', 1) as _line,
    coalesce(facts.round_name, 'Totalt') as label,
    case part
        when 'allocated_kr' then 'Medel att fördela, kr' when 'used_kr' then 'Förbrukade medel, kr' else 'Använt, %'
    end as heading,
    figure_id,
    our_value
from (
    select
        *,
        regexp_extract(figure_id, '^summary_(block1|block2|additional|total)_(allocated_kr|used_kr|used_percent)$', 2) as part
    from key_figures
) as figures
left join settlement_facts as facts using (settlement_id)
where part != ''
order by facts.settlement_order nulls last, part
