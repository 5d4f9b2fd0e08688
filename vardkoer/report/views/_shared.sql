-- What every view rests on. Temporary: the warehouse is open for reading only.

create temp view newest_report as
select max(report_month) as report_month
from marts.reporting_triangle;

-- A settlement is reached when reports of the month of its cut-off have come in.
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
    settlements.counts_from != 'par'
    or date_trunc('month', settlements.cutoff_date) <= coalesce(newest_report.report_month, settlements.cutoff_date)
        as is_reached,
    if(is_reached, statuses.status, 'provisional') as status,
    row_number() over (
        order by starts.period_start nulls first, rounds.round_id, settlements.cutoff_date, settlements.settlement_id
    ) as settlement_order
from seeds.settlements
inner join seeds.grant_rounds as rounds using (round_id)
left join (
    select settlement_id, any_value(status) as status
    from marts.grant_allocations
    group by settlement_id
) as statuses using (settlement_id)
left join (
    select round_id, min(period_start) as period_start
    from seeds.round_periods
    where period_role = 'measured'
    group by round_id
) as starts using (round_id)
cross join newest_report;

create temp view rounds as
select rounds.*, row_number() over (order by first_settlement) as round_order
from seeds.grant_rounds as rounds
inner join (
    select round_id, min(settlement_order) as first_settlement
    from settlement_facts
    group by round_id
) using (round_id);

-- Regions of which nothing at all has come in for a settlement's measured months, and all regions while it is not
-- reached: their zeros are no figures.
create temp view undelivered as
select settlement_id, region_code
from marts.count_quality
inner join settlement_facts using (settlement_id)
inner join seeds.round_categories using (round_id, category_id)
where
    count_quality.period_role = 'measured'
    and count_quality.region_code != '00'
    and round_categories.counts_from = 'par'
group by settlement_id, region_code
having bool_and(count_quality.is_not_delivered or not settlement_facts.is_reached);

-- Amounts that can be shown.
create temp view allocations as
select
    allocations.settlement_id,
    allocations.region_code,
    regions.region_name,
    undelivered.region_code is not null as is_undelivered,
    case when not is_undelivered then allocations.earned_kr end as earned_kr,
    allocations.cap_kr,
    case when not is_undelivered then allocations.performance_kr end as performance_kr,
    case when not is_undelivered then allocations.bonus_kr end as bonus_kr,
    case when not is_undelivered then allocations.allocated_kr end as allocated_kr,
    case when not is_undelivered then allocations.cap_month end as cap_month,
    standing.flags
from marts.grant_allocations as allocations
inner join seeds.regions using (region_code)
left join undelivered using (settlement_id, region_code)
left join marts.region_standing as standing using (settlement_id, region_code);

-- Counts that can be shown, the nation as 00 and last, as the agency has it. What has not been delivered, now or in the
-- years that a month is compared with, is no figure; the nation lacks what any region lacks.
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
    contains(coalesce(follow_up.flags, ''), 'not_delivered')
    or (follow_up.operations = 0 and operation_month >= newest_report.report_month) as lacks_month,
    contains(coalesce(follow_up.baseline_flags, ''), 'not_delivered') as lacks_baseline,
    bool_or(lacks_month) over so_far as lacks_month_so_far,
    bool_or(lacks_baseline) over so_far as lacks_baseline_so_far,
    case when not lacks_month then follow_up.operations end as operations,
    case when not lacks_month_so_far then follow_up.operations_so_far end as operations_so_far,
    case when not lacks_month and not lacks_baseline then follow_up.operations_year_before end as operations_year_before,
    case when not lacks_baseline then follow_up.baseline_mean end as baseline_mean,
    case when not lacks_baseline_so_far then follow_up.baseline_mean_so_far end as baseline_mean_so_far,
    case when not lacks_month and not lacks_baseline then follow_up.change_year_before_percent end
        as change_year_before_percent,
    case when not lacks_month_so_far and not lacks_baseline_so_far then follow_up.change_baseline_so_far_percent end
        as change_baseline_so_far_percent,
    follow_up.flags
from marts.monthly_follow_up as follow_up
left join seeds.regions using (region_code)
inner join seeds.categories using (category_id)
cross join newest_report
window so_far as (partition by settlement_id, region_code, category_id order by operation_month);

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

-- Figures of the final report's text, ours; unknown while a region of the settlement has delivered nothing.
create temp view key_figures as
select
    reconciliation.figure_id,
    reconciliation.settlement_id,
    case when not is_incomplete then reconciliation.our_value end as our_value
from (
    select
        figures.*,
        exists (
            select 1
            from undelivered
            where undelivered.settlement_id = figures.settlement_id
        ) or (
            figures.settlement_id is null and exists (
                select 1
                from undelivered
                inner join seeds.published_measures using (settlement_id)
                where published_measures.measure = 'grant_kr'
            )
        ) as is_incomplete
    from marts.published_reconciliation as figures
    where figures.measure = 'key_figure'
) as reconciliation;

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
