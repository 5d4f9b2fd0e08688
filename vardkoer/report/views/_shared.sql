-- What every view rests on. Temporary: the warehouse is open for reading only.

-- A6: a sum with an unknown part is unknown.
create temp macro complete_sum(number) as case when count(number) = count(*) then sum(number) end;

-- A settlement is final when every region's amount is. Its cut-off date is reached when no gap says otherwise.
create temp view settlement_facts as
select
    settlements.settlement_id,
    settlements.round_id,
    settlements.settlement_name_sv as settlement_name,
    settlements.counts_from,
    settlements.cutoff_date,
    settlements.measured_through,
    settlements.compared_with,
    rounds.round_name_sv as round_name,
    rounds.allocation_model,
    rounds.appropriation_kr,
    unreached.settlement_id is null as is_reached,
    statuses.status,
    row_number() over (
        order by starts.period_start nulls first, rounds.round_id, settlements.cutoff_date, settlements.settlement_id
    ) as settlement_order
from seeds.settlements
inner join seeds.grant_rounds as rounds using (round_id)
left join (
    select settlement_id, if(bool_and(status = 'final'), 'final', 'provisional') as status
    from marts.grant_allocations
    group by settlement_id
) as statuses using (settlement_id)
left join (
    select settlement_id
    from marts.settlement_gaps
    where gap = 'cutoff_not_reached'
) as unreached using (settlement_id)
left join (
    select round_id, min(period_start) as period_start
    from seeds.round_periods
    where period_role = 'measured'
    group by round_id
) as starts using (round_id);

create temp view rounds as
select rounds.*, row_number() over (order by first_settlement) as round_order
from seeds.grant_rounds as rounds
inner join (
    select round_id, min(settlement_order) as first_settlement
    from settlement_facts
    group by round_id
) using (round_id);

-- Amounts with the warnings of their counts.
create temp view allocations as
select
    allocations.settlement_id,
    allocations.region_code,
    regions.region_name,
    allocations.earned_kr,
    allocations.cap_kr,
    allocations.performance_kr,
    allocations.bonus_kr,
    allocations.allocated_kr,
    allocations.cap_month,
    allocations.status,
    standing.flags
from marts.grant_allocations as allocations
inner join seeds.regions using (region_code)
left join marts.region_standing as standing using (settlement_id, region_code);

-- Counts by month, the nation as 00 and last, as the agency has it.
create temp view months as
select
    follow_up.settlement_id,
    follow_up.region_code,
    follow_up.category_id,
    follow_up.operation_month,
    coalesce(region_code || ' ' || regions.report_name, 'Riket') as label,
    categories.category_name_sv as category,
    categories.category_order,
    case when region_code = '00' then '99' else region_code end as region_order,
    follow_up.operations,
    follow_up.operations_so_far,
    follow_up.operations_year_before,
    follow_up.baseline_mean,
    follow_up.baseline_mean_so_far,
    follow_up.change_year_before_percent,
    follow_up.change_baseline_so_far_percent,
    follow_up.flags
from marts.monthly_follow_up as follow_up
left join seeds.regions using (region_code)
inner join seeds.categories using (category_id);

-- Warnings of the nation's counts in any month of a settlement.
create temp view nation_flags as
select settlement_id, string_agg(flags, ' ') as flags
from months
where region_code = '00'
group by settlement_id;

-- The round that is under way, or the last one: the settlement whose reports have come in, newest cut-off first.
create temp view current_settlement as
select settlement_id
from settlement_facts
where counts_from = 'par'
order by is_reached desc, if(is_reached, -1, 1) * epoch(cutoff_date), settlement_id
limit 1;

-- Figures of the final report's text, ours.
create temp view key_figures as
select figure_id, settlement_id, our_value
from marts.published_reconciliation
where measure = 'key_figure';

-- Every published figure beside ours, with a Swedish name and the reason for a difference.
create temp view comparison as
select
    reconciliation.measure,
    reconciliation.figure_id,
    reconciliation.region_code,
    reconciliation.category_id,
    reconciliation.operation_month,
    reconciliation.settlement_id,
    concat_ws(
        ', ',
        '”' || key_figures.quote || '”',
        coalesce(rounds.round_name_sv, case when reconciliation.figure_id = 'total' then 'Totalt' end),
        case when reconciliation.region_code = '00' then 'Riket' else regions.report_name end,
        categories.category_name_sv,
        strftime(reconciliation.operation_month, '%Y-%m')
    ) as label,
    reconciliation.published_value,
    reconciliation.our_value,
    reconciliation.difference,
    reconciliation.explanation,
    differences.note_sv,
    row_number() over (
        order by
            reconciliation.measure, reconciliation.figure_id, categories.category_order,
            reconciliation.region_code = '00', reconciliation.region_code, reconciliation.operation_month
    ) as comparison_order
from marts.published_reconciliation as reconciliation
left join seeds.regions as regions on reconciliation.region_code = regions.region_code
left join seeds.categories as categories on reconciliation.category_id = categories.category_id
left join seeds.grant_rounds as rounds on reconciliation.figure_id = rounds.round_id
left join seeds.published_key_figures as key_figures
    on reconciliation.figure_id = key_figures.figure_id and reconciliation.measure = 'key_figure'
left join seeds.published_differences as differences
    on
        reconciliation.measure = differences.measure
        and reconciliation.figure_id is not distinct from differences.figure_id
        and reconciliation.region_code is not distinct from differences.region_code
        and reconciliation.category_id is not distinct from differences.category_id;
