with

settlements as (

    select * from {{ ref('settlements') }}
    where measured_through is null

),

rounds as (

    select * from {{ ref('grant_rounds') }}
    where allocation_model = 'increase'

),

earnings as (

    select * from {{ ref('grant_earnings') }}

),

issues as (

    select * from {{ ref('known_reporting_issues') }}

),

readings as (

    select * from {{ ref('readings') }}
    where variant = 'baseline_at_same_age'

),

effects as (

    select * from {{ ref('reading_effects') }}

),

allocations as (

    select * from {{ ref('grant_allocations') }}

),

chances as (

    select * from {{ ref('chance_by_category') }}

),

increases as (

    select earnings.*
    from earnings
    inner join settlements on earnings.settlement_id = settlements.settlement_id
    inner join rounds on settlements.round_id = rounds.round_id

),

-- If the register held the same share in all years, nothing is reporting. If it held the stated share of the operations
-- in the baseline and all of them in the measured year, the mean should have been so much higher; and more than the
-- increase cannot be reporting.
low_coverage as (

    select
        increases.settlement_id,
        increases.region_code,
        increases.category_id,
        issues.flag_id as doubt,
        increases.eligible_operations,
        increases.earned_kr,
        issues.coverage_low_percent,
        issues.coverage_high_percent,
        if(increases.eligible_operations is null, null, 0) as least_kr,
        -- `least` passes over what is unknown
        if(
            increases.eligible_operations is null,
            null,
            least(
                increases.eligible_operations,
                round(increases.baseline_mean * (100 - issues.coverage_low_percent) / issues.coverage_low_percent)
            )
        ) * increases.rate_kr as most_kr
    from increases
    inner join issues
        on
            increases.region_code = issues.region_code
            and increases.category_id = issues.category_id
    where issues.coverage_low_percent is not null

),

-- of the other regions it is only known that the nation as a whole lacks operations
coverage_not_stated as (

    select
        increases.settlement_id,
        increases.region_code,
        increases.category_id,
        'coverage_not_stated' as doubt,
        increases.eligible_operations,
        increases.earned_kr,
        null as coverage_low_percent,
        null as coverage_high_percent,
        null as least_kr,
        null as most_kr
    from increases
    inner join issues
        on
            increases.category_id = issues.category_id
            and issues.region_code not in (select earnings.region_code from earnings)
    left join low_coverage
        on
            increases.settlement_id = low_coverage.settlement_id
            and increases.region_code = low_coverage.region_code
            and increases.category_id = low_coverage.category_id
    where issues.coverage_low_percent is not null and low_coverage.region_code is null

),

-- what a change of journal system did to the reports nobody has counted, nor in which direction
journal_system_change as (

    select
        increases.settlement_id,
        increases.region_code,
        increases.category_id,
        issues.flag_id as doubt,
        increases.eligible_operations,
        increases.earned_kr,
        null as coverage_low_percent,
        null as coverage_high_percent,
        null as least_kr,
        null as most_kr
    from increases
    inner join issues on increases.region_code = issues.region_code
    where issues.category_id is null and issues.coverage_low_percent is null

),

-- the baseline has the reports of years, the measured year those of weeks: seen alike, the increase is another
late_reports as (

    select
        effects.settlement_id,
        effects.region_code,
        null as category_id,
        'late_reports' as doubt,
        null as eligible_operations,
        allocations.earned_kr,
        null as coverage_low_percent,
        null as coverage_high_percent,
        allocations.earned_kr - effects.earned_kr as least_kr,
        allocations.earned_kr - effects.earned_kr as most_kr
    from effects
    inner join readings on effects.reading_id = readings.reading_id
    inner join settlements on effects.settlement_id = settlements.settlement_id
    inner join allocations
        on
            effects.settlement_id = allocations.settlement_id
            and effects.region_code = allocations.region_code

),

by_chance as (

    select
        settlement_id,
        region_code,
        category_id,
        'chance' as doubt,
        eligible_operations,
        earned_kr,
        null as coverage_low_percent,
        null as coverage_high_percent,
        earned_by_chance_kr as least_kr,
        earned_by_chance_kr as most_kr
    from chances

),

doubts as (

    select * from low_coverage
    union all
    select * from coverage_not_stated
    union all
    select * from journal_system_change
    union all
    select * from late_reports
    union all
    select * from by_chance

),

with_nation as (

    select
        *,
        unnest(['00', region_code]) as region_or_nation
    from doubts

),

final as (

    select
        settlement_id,
        doubt,
        region_or_nation as region_code,
        category_id,
        cast({{ complete_sum('eligible_operations') }} as bigint) as eligible_operations,
        cast({{ complete_sum('earned_kr') }} as bigint) as earned_kr,
        cast(if(region_or_nation = '00', null, any_value(coverage_low_percent)) as integer) as coverage_low_percent,
        cast(if(region_or_nation = '00', null, any_value(coverage_high_percent)) as integer) as coverage_high_percent,
        cast({{ complete_sum('least_kr') }} as bigint) as least_kr,
        cast({{ complete_sum('most_kr') }} as bigint) as most_kr
    from with_nation
    group by settlement_id, doubt, region_or_nation, category_id

)

select * from final
