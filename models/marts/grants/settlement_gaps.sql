with

settlements as (

    select * from {{ ref('settlements') }}

),

rounds as (

    select * from {{ ref('grant_rounds') }}

),

round_categories as (

    select * from {{ ref('round_categories') }}

),

performance as (

    select * from {{ ref('int_performance_capped') }}

),

earnings as (

    select * from {{ ref('grant_earnings') }}

),

counts as (

    select * from {{ ref('operation_counts') }}

),

ranking as (

    select * from {{ ref('int_bonus_candidates_ranked') }}

),

measured_starts as (

    select
        round_id,
        min(period_start) as measured_start
    from {{ ref('round_periods') }}
    where period_role = 'measured'
    group by round_id

),

rates as (

    select distinct
        settlement_id,
        'rate' as gap,
        earnings.category_id,
        cast(null as string) as region_code,
        measured_starts.measured_start as gap_date
    from earnings
    inner join settlements using (settlement_id)
    inner join measured_starts using (round_id)
    where earnings.rate_kr is null

),

caps as (

    select
        settlement_id,
        'cap' as gap,
        cast(null as string) as category_id,
        region_code,
        cast(null as date) as gap_date
    from performance
    where cap_kr is null

),

code_lists as (

    select
        settlements.settlement_id,
        'code_list' as gap,
        round_categories.category_id,
        cast(null as string) as region_code,
        cast(null as date) as gap_date
    from settlements
    inner join round_categories using (round_id)
    where round_categories.status = 'provisional'

),

populations as (

    select distinct
        ranking.settlement_id,
        'population' as gap,
        cast(null as string) as category_id,
        ranking.region_code,
        rounds.population_date as gap_date
    from ranking
    inner join rounds using (round_id)
    where ranking.population is null

),

-- published tables have no months for the baseline, only its mean
months as (

    select
        settlement_id,
        'month' as gap,
        category_id,
        region_code,
        operation_month as gap_date
    from counts
    where operations is null and (period_role = 'measured' or counts_from != 'published')

),

baselines as (

    select
        settlement_id,
        'baseline' as gap,
        earnings.category_id,
        earnings.region_code,
        cast(null as date) as gap_date
    from earnings
    inner join settlements using (settlement_id)
    inner join rounds using (round_id)
    where
        settlements.counts_from = 'published'
        and rounds.allocation_model = 'increase'
        and earnings.baseline_mean is null

),

months_to_come as (

    select
        settlement_id,
        'months_to_come' as gap,
        cast(null as string) as category_id,
        cast(null as string) as region_code,
        measured_through as gap_date
    from settlements
    where measured_through is not null

),

gaps as (

    select * from rates
    union all
    select * from caps
    union all
    select * from code_lists
    union all
    select * from populations
    union all
    select * from months
    union all
    select * from baselines
    union all
    select * from months_to_come

),

final as (

    select
        settlement_id,
        settlements.round_id,
        gaps.gap,
        gaps.category_id,
        gaps.region_code,
        gaps.gap_date
    from gaps
    inner join settlements using (settlement_id)

)

select * from final
