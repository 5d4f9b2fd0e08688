with

counts as (

    select * from {{ ref('operation_counts') }}
    where period_role = 'measured'

),

settlements as (

    select * from {{ ref('settlements') }}
    where counts_from = 'par'

),

rounds as (

    select * from {{ ref('grant_rounds') }}

),

completeness as (

    select * from {{ ref('int_completeness_by_age') }}

),

earnings as (

    select * from {{ ref('grant_earnings') }}

),

supplements as (

    select
        round_id,
        sum(amount_kr) as supplement_kr
    from {{ ref('rate_supplements') }}
    group by round_id

),

-- An open month grows as months of its age have grown before. Where nothing was known of those at that age there is no
-- telling; a month that is settled, or that the region reports itself, stays as it is.
months as (

    select
        settlement_id,
        counts.region_code,
        counts.category_id,
        case
            when completeness.operations_now is null then counts.operations
            when completeness.operations_when_as_old > 0
                then counts.operations * completeness.operations_now / completeness.operations_when_as_old
        end as completed_operations
    from counts
    inner join settlements using (settlement_id)
    left join completeness
        on
            counts.settlement_id = completeness.settlement_id
            and counts.region_code = completeness.region_code
            and counts.category_id = completeness.category_id
            and datediff('month', counts.operation_month, settlements.cutoff_date) = completeness.age

),

completed as (

    select
        settlement_id,
        region_code,
        category_id,
        -- to six decimals first, so that no binary fraction decides beside a half
        cast(round(round({{ complete_sum('completed_operations') }}, 6)) as bigint) as completed_operations
    from months
    group by settlement_id, region_code, category_id

),

eligible as (

    select
        completed.*,
        earnings.rate_kr,
        supplements.supplement_kr,
        cast({{ eligible_operations(
            'rounds.allocation_model', 'completed.completed_operations', 'earnings.baseline_operations'
        ) }} as bigint) as completed_eligible_operations
    from completed
    inner join earnings
        on
            completed.settlement_id = earnings.settlement_id
            and completed.region_code = earnings.region_code
            and completed.category_id = earnings.category_id
    inner join settlements on completed.settlement_id = settlements.settlement_id
    inner join rounds on settlements.round_id = rounds.round_id
    left join supplements on settlements.round_id = supplements.round_id

),

final as (

    select
        settlement_id,
        region_code,
        category_id,
        completed_operations,
        completed_eligible_operations,
        cast(completed_eligible_operations * supplement_kr as bigint) as completed_supplement_kr,
        cast(completed_eligible_operations * rate_kr as bigint) as completed_earned_kr
    from eligible

)

select * from final
