with

readings as (

    select * from {{ ref('int_readings_applied') }}

),

counts as (

    select * from {{ ref('int_readings_counted') }}

),

earnings as (

    select * from {{ ref('grant_earnings') }}

),

rounds as (

    select
        round_id,
        count(*) filter (where period_role = 'baseline') as baseline_years
    from {{ ref('round_periods') }}
    group by round_id

),

supplements as (

    select
        round_id,
        sum(amount_kr) as supplement_kr
    from {{ ref('rate_supplements') }}
    group by round_id

),

caps as (

    select * from {{ ref('grant_caps') }}

),

published_grants as (

    select * from {{ ref('published_grants') }}

),

-- of published tables only the mean is known
compared as (

    select
        settlement_id,
        reading_id,
        round_id,
        readings.variant,
        readings.allocation_model,
        counts.region_code,
        counts.category_id,
        counts.operations,
        counts.baseline_without_empty_months,
        counts.increase_by_month,
        if(readings.counts_from = 'published', earnings.baseline_operations, counts.baseline_sum) as baseline_sum,
        if(readings.counts_from = 'published', 1, rounds.baseline_years) as baseline_years,
        earnings.rate_kr
        + if(readings.variant = 'supplement_on_top', supplements.supplement_kr, 0) as rate_kr
    from readings
    inner join counts using (settlement_id, reading_id)
    inner join earnings using (settlement_id, region_code, category_id)
    inner join rounds using (round_id)
    left join supplements using (round_id)

),

-- In parts of an operation, as many to one as there are baseline years, so that a mean that is not rounded stays exact.
increased as (

    select
        *,
        if(allocation_model = 'volume', 1, baseline_years) as parts,
        cast(case
            when allocation_model = 'volume' then operations
            when variant = 'mean_unrounded' then operations * baseline_years - baseline_sum
            when variant = 'mean_rounded_down' then (operations - baseline_sum // baseline_years) * baseline_years
            when variant = 'mean_rounded_up'
                then (operations - (baseline_sum + baseline_years - 1) // baseline_years) * baseline_years
            when variant = 'empty_months_left_out'
                then (operations - round(baseline_without_empty_months)) * baseline_years
            when variant = 'increase_by_month' then increase_by_month * baseline_years
            else (operations - {{ rounded_mean('baseline_sum', 'baseline_years') }}) * baseline_years
        end as bigint) as increase_in_parts
    from compared

),

earned as (

    select
        settlement_id,
        reading_id,
        round_id,
        region_code,
        any_value(variant) as variant,
        any_value(parts) as parts,
        {{ complete_sum('operations') }} as operations,
        {{ complete_sum("if(increase_in_parts < 0 and variant != 'categories_net', 0, increase_in_parts)") }}
            as eligible_in_parts,
        {{ complete_sum("if(increase_in_parts < 0 and variant != 'categories_net', 0, increase_in_parts) * rate_kr") }}
            as earned_in_parts_kr
    from increased
    group by settlement_id, reading_id, round_id, region_code

),

capped as (

    select
        earned.settlement_id,
        earned.reading_id,
        round_id,
        region_code,
        cast(earned.operations as bigint) as operations,
        cast(earned.eligible_in_parts / earned.parts as decimal(18, 6)) as eligible_operations,
        cast(if(earned.earned_in_parts_kr < 0, 0, earned.earned_in_parts_kr // earned.parts) as bigint) as earned_kr,
        caps.cap_kr,
        (earned.variant = 'published_caps_only' and caps.cap_kr is distinct from published_grants.amount_kr)
            as is_uncapped
    from earned
    left join caps using (round_id, region_code)
    left join published_grants using (round_id, region_code)

),

final as (

    select
        settlement_id,
        reading_id,
        region_code,
        operations,
        eligible_operations,
        earned_kr,
        case
            when is_uncapped then earned_kr
            when earned_kr is not null and cap_kr is not null then least(earned_kr, cap_kr)
        end as performance_kr
    from capped

)

select * from final
