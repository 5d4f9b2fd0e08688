with

settlements as (

    select * from {{ ref('settlements') }}

),

rounds as (

    select * from {{ ref('grant_rounds') }}

),

counts as (

    select * from {{ ref('operation_counts') }}

),

baseline_years as (

    select
        round_id,
        count(*) as years
    from {{ ref('round_periods') }}
    where period_role = 'baseline'
    group by round_id

),

published_means as (

    select * from {{ ref('published_period_operations') }}

),

rates as (

    select * from {{ ref('grant_rates') }}

),

summed as (

    select
        settlement_id,
        region_code,
        category_id,
        period_role,
        {{ complete_sum('operations') }} as operations
    from counts
    group by settlement_id, region_code, category_id, period_role

),

measured as (

    select * from summed
    where period_role = 'measured'

),

baseline as (

    select * from summed
    where period_role = 'baseline'

),

-- A3: the mean is the sum over the baseline years divided by their number. Of published counts only the mean is known.
compared as (

    select
        settlements.settlement_id,
        settlements.round_id,
        settlements.cutoff_date,
        rounds.allocation_model,
        measured.region_code,
        measured.category_id,
        measured.operations,
        if(settlements.counts_from = 'published', published_means.baseline_mean, baseline.operations) as baseline_sum,
        if(settlements.counts_from = 'published', 1, baseline_years.years) as baseline_divisor
    from settlements
    inner join rounds on settlements.round_id = rounds.round_id
    inner join measured on settlements.settlement_id = measured.settlement_id
    left join baseline
        on
            settlements.settlement_id = baseline.settlement_id
            and measured.region_code = baseline.region_code
            and measured.category_id = baseline.category_id
    left join baseline_years
        on
            settlements.round_id = baseline_years.round_id
            and rounds.allocation_model = 'increase'
    left join published_means
        on
            settlements.round_id = published_means.round_id
            and settlements.cutoff_date = published_means.cutoff_date
            and measured.region_code = published_means.region_code
            and measured.category_id = published_means.category_id

),

rounded as (

    select
        *,
        {{ rounded_mean('baseline_sum', 'baseline_divisor') }} as baseline_operations
    from compared

),

eligible as (

    select
        *,
        {{ eligible_operations('allocation_model', 'operations', 'baseline_operations') }} as eligible_operations
    from rounded

),

final as (

    select
        eligible.settlement_id,
        eligible.region_code,
        category_id,
        eligible.cutoff_date,
        cast(eligible.operations as bigint) as operations,
        cast(eligible.baseline_sum / eligible.baseline_divisor as decimal(18, 6)) as baseline_mean,
        cast(eligible.baseline_operations as bigint) as baseline_operations,
        cast(eligible.eligible_operations as bigint) as eligible_operations,
        rates.rate_kr,
        cast(eligible.eligible_operations * rates.rate_kr as bigint) as earned_kr
    from eligible
    left join rates using (round_id, category_id)

)

select * from final
