with

settlements as (

    select * from {{ ref('settlements') }}

),

rounds as (

    select * from {{ ref('grant_rounds') }}

),

periods as (

    select * from {{ ref('round_periods') }}

),

allocations as (

    select * from {{ ref('grant_allocations') }}

),

gaps as (

    select * from {{ ref('settlement_gaps') }}

),

counts as (

    select * from {{ ref('operation_counts') }}

),

disclosed as (

    select * from {{ ref('disclosed_settlements') }}

),

policies as (

    select * from {{ ref('disclosure_policies') }}

),

workbook_tables as (

    select * from {{ ref('workbook_tables') }}

),

statuses as (

    select
        settlement_id,
        if(bool_and(status = 'final'), 'final', 'provisional') as status
    from allocations
    group by settlement_id

),

unreached as (

    select distinct settlement_id
    from gaps
    where gap = 'cutoff_not_reached'

),

starts as (

    select
        round_id,
        min(period_start) as period_start
    from periods
    where period_role = 'measured'
    group by round_id

),

counted as (

    select
        settlement_id,
        min(operation_month) filter (where period_role = 'measured') as first_month,
        max(operation_month) filter (where period_role = 'measured') as last_month,
        min(year(operation_month)) filter (where period_role = 'baseline') as baseline_first_year,
        max(year(operation_month)) filter (where period_role = 'baseline') as baseline_last_year,
        bool_or(counts_from = 'par' and period_role = 'measured' and operations is not null) as has_known_month
    from counts
    group by settlement_id

),

reports as (

    select
        settlement_id,
        min(workbook_id) as report_id
    from workbook_tables
    where table_kind = 'grants'
    group by settlement_id

),

described as (

    select
        settlement_id,
        settlements.settlement_name_sv as settlement_name,
        settlements.round_id,
        rounds.round_name_sv as round_name,
        rounds.allocation_model,
        rounds.appropriation_kr,
        settlements.counts_from,
        settlements.cutoff_date,
        settlements.measured_through,
        settlements.compared_with,
        unreached.settlement_id is null as is_reached,
        coalesce(counted.has_known_month, false) as has_known_month,
        statuses.status,
        counted.first_month,
        counted.last_month,
        counted.baseline_first_year,
        counted.baseline_last_year,
        reports.report_id,
        disclosed.reason_sv as disclosed_sv,
        policies.policy_sv as disclosure_policy_sv,
        row_number() over (
            order by
                starts.period_start nulls first, settlements.round_id, settlements.cutoff_date, settlement_id
        ) as settlement_order,
        -- the round that is under way, or the last one: what reports have come in for, newest cut-off first
        settlements.counts_from = 'par' and row_number() over (
            order by
                settlements.counts_from != 'par', unreached.settlement_id is not null,
                if(unreached.settlement_id is null, -1, 1) * epoch(settlements.cutoff_date), settlement_id
        ) = 1 as is_under_way
    from settlements
    inner join rounds on settlements.round_id = rounds.round_id
    left join starts on settlements.round_id = starts.round_id
    left join statuses using (settlement_id)
    left join unreached using (settlement_id)
    left join counted using (settlement_id)
    left join reports using (settlement_id)
    left join disclosed using (settlement_id)
    left join policies on disclosed.policy_id = policies.policy_id

),

final as (

    select
        settlement_id,
        settlement_name,
        round_id,
        round_name,
        allocation_model,
        cast(appropriation_kr as bigint) as appropriation_kr,
        counts_from,
        cutoff_date,
        measured_through,
        compared_with,
        is_reached,
        status,
        first_month,
        last_month,
        cast(baseline_first_year as integer) as baseline_first_year,
        cast(baseline_last_year as integer) as baseline_last_year,
        report_id,
        disclosed_sv,
        disclosure_policy_sv,
        disclosed_sv is not null as is_disclosed,
        is_under_way,
        -- of the settlements with a known month, those of the latest cut-off that reports have come in for
        coalesce(is_reached and has_known_month and cutoff_date = max(cutoff_date) filter (
            where is_reached and has_known_month
        ) over (), false) as is_newest,
        -- the settlements of whole rounds, and the one under way
        measured_through is null or is_under_way as is_on_pages,
        -- how the round under way has grown until now
        coalesce(
            counts_from = 'par'
            and round_id = max(round_id) filter (where is_under_way) over ()
            and cutoff_date <= max(cutoff_date) filter (where is_under_way) over (),
            false
        ) as is_of_current_round,
        cast(settlement_order as integer) as settlement_order
    from described

)

select * from final
