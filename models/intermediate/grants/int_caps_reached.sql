with

settlements as (

    select
        settlements.settlement_id,
        settlements.round_id
    from {{ ref('settlements') }} as settlements
    inner join {{ ref('grant_rounds') }} as rounds on settlements.round_id = rounds.round_id
    where rounds.allocation_model = 'volume'

),

counts as (

    select * from {{ ref('operation_counts') }}
    where period_role = 'measured'

),

rates as (

    select * from {{ ref('grant_rates') }}

),

caps as (

    select * from {{ ref('grant_caps') }}

),

monthly as (

    select
        settlement_id,
        round_id,
        counts.region_code,
        counts.operation_month,
        {{ complete_sum('counts.operations * rates.rate_kr') }} as earned_kr
    from settlements
    inner join counts using (settlement_id)
    left join rates using (round_id, category_id)
    group by settlement_id, round_id, counts.region_code, counts.operation_month

),

so_far as (

    select
        *,
        {{ complete_sum_so_far('earned_kr', 'months_so_far') }} as earned_so_far_kr
    from monthly
    window months_so_far as (
        partition by settlement_id, region_code
        order by operation_month
        rows between unbounded preceding and current row
    )

),

-- A5: the first month in which the amount earned so far reaches the cap
final as (

    select
        so_far.settlement_id,
        region_code,
        min(so_far.operation_month) as cap_month
    from so_far
    inner join caps using (round_id, region_code)
    where so_far.earned_so_far_kr >= caps.cap_kr
    group by so_far.settlement_id, region_code

)

select * from final
