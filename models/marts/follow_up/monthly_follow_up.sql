with

counts as (

    select * from {{ ref('operation_counts') }}

),

quality as (

    select * from {{ ref('count_quality') }}

),

year_before as (

    select * from {{ ref('int_year_before_counted') }}

),

report_regions as (

    select * from {{ ref('int_regions_grouped') }}

),

monthly as (

    select
        counts.settlement_id,
        report_regions.region_code,
        counts.category_id,
        counts.operation_month,
        counts.period_role,
        {{ complete_sum('counts.operations') }} as operations,
        {{ complete_sum('counts.operations_home_region') }} as operations_home_region,
        {{ complete_sum('counts.operations_other_region') }} as operations_other_region,
        {{ complete_sum('counts.operations_unknown_region') }} as operations_unknown_region,
        {{ complete_sum('counts.operations_private') }} as operations_private
    from counts
    inner join report_regions on counts.region_code = report_regions.member_region_code
    group by all

),

measured as (

    select * from monthly
    where period_role = 'measured'

),

-- the same calendar month of the baseline years: their mean, and the year before where it is one of them
compared as (

    select
        measured.settlement_id,
        measured.region_code,
        measured.category_id,
        measured.operation_month,
        any_value(measured.operations) as operations,
        any_value(measured.operations_home_region) as operations_home_region,
        any_value(measured.operations_other_region) as operations_other_region,
        any_value(measured.operations_unknown_region) as operations_unknown_region,
        any_value(measured.operations_private) as operations_private,
        max(baseline.operations) filter (
            where baseline.operation_month + interval 1 year = measured.operation_month
        ) as operations_year_before,
        case
            when count(baseline.operations) = count(baseline.operation_month) then sum(baseline.operations)
        end as baseline_sum,
        count(baseline.operation_month) as baseline_years
    from measured
    left join monthly as baseline
        on
            measured.settlement_id = baseline.settlement_id
            and measured.region_code = baseline.region_code
            and measured.category_id = baseline.category_id
            and baseline.period_role = 'baseline'
            and month(measured.operation_month) = month(baseline.operation_month)
    group by measured.settlement_id, measured.region_code, measured.category_id, measured.operation_month

),

-- where the year before is not one of the baseline years, its operations come from the register all the same
completed as (

    select
        settlement_id,
        region_code,
        category_id,
        operation_month,
        compared.operations,
        compared.operations_home_region,
        compared.operations_other_region,
        compared.operations_unknown_region,
        compared.operations_private,
        compared.baseline_sum,
        compared.baseline_years,
        coalesce(compared.operations_year_before, year_before.operations) as operations_year_before
    from compared
    left join year_before using (settlement_id, region_code, category_id, operation_month)

),

cumulated as (

    select
        *,
    {% for column in ['operations', 'operations_year_before', 'baseline_sum'] -%}
        {{ complete_sum_so_far(column, 'so_far') }} as {{ column }}_so_far
        {{- "," if not loop.last }}
    {% endfor %}
    from completed
    window so_far as (
        partition by settlement_id, region_code, category_id
        order by operation_month
        rows between unbounded preceding and current row
    )

),

-- the warnings of the baseline months, which belong beside the month that is compared with them
flagged_baseline_months as (

    select
        settlement_id,
        region_code,
        category_id,
        month(operation_month) as calendar_month,
        unnest(string_split(flags, ' ')) as flag_id
    from quality
    where period_role = 'baseline'

),

baseline_flags as (

    select
        settlement_id,
        region_code,
        category_id,
        calendar_month,
        string_agg(distinct flag_id, ' ' order by flag_id) as flags
    from flagged_baseline_months
    group by settlement_id, region_code, category_id, calendar_month

),

final as (

    select
        cumulated.settlement_id,
        cumulated.region_code,
        cumulated.category_id,
        cumulated.operation_month,
        cast(cumulated.operations as bigint) as operations,
        cast(cumulated.operations_year_before as bigint) as operations_year_before,
        cast(cumulated.baseline_sum / cumulated.baseline_years as decimal(18, 6)) as baseline_mean,
        cast(cumulated.operations_so_far as bigint) as operations_so_far,
        cast(cumulated.operations_year_before_so_far as bigint) as operations_year_before_so_far,
        cast(cumulated.baseline_sum_so_far / cumulated.baseline_years as decimal(18, 6)) as baseline_mean_so_far,
        -- from whole numbers, the baseline years against as many times the operations
        {% for change, now, before in [
            ('change_year_before_percent', 'operations', 'operations_year_before'),
            ('change_baseline_percent', 'operations * cumulated.baseline_years', 'baseline_sum'),
            ('change_year_before_so_far_percent', 'operations_so_far', 'operations_year_before_so_far'),
            ('change_baseline_so_far_percent', 'operations_so_far * cumulated.baseline_years', 'baseline_sum_so_far'),
        ] -%}
            {{ percent('(cumulated.' ~ now ~ ' - cumulated.' ~ before ~ ')', 'cumulated.' ~ before) }} as {{ change }},
        {% endfor %}
        cast(cumulated.operations_home_region as bigint) as operations_home_region,
        cast(cumulated.operations_other_region as bigint) as operations_other_region,
        cast(cumulated.operations_unknown_region as bigint) as operations_unknown_region,
        cast(cumulated.operations_private as bigint) as operations_private,
        quality.flags,
        baseline_flags.flags as baseline_flags
    from cumulated
    left join quality
        on
            cumulated.settlement_id = quality.settlement_id
            and cumulated.region_code = quality.region_code
            and cumulated.category_id = quality.category_id
            and cumulated.operation_month = quality.operation_month
    left join baseline_flags
        on
            cumulated.settlement_id = baseline_flags.settlement_id
            and cumulated.region_code = baseline_flags.region_code
            and cumulated.category_id = baseline_flags.category_id
            and month(cumulated.operation_month) = baseline_flags.calendar_month

)

select * from final
