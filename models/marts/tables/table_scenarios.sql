with

outcomes as (

    select * from {{ ref('scenario_outcomes') }}

),

scenarios as (

    select * from {{ ref('scenarios') }}

),

flags as (

    select * from {{ ref('int_settlements_flagged') }}
    where category_id is null and region_code = '00'

),

final as (

    select
        scenario_id,
        any_value(scenarios.scenario_name_sv) as row_name,
        any_value(scenarios.question_sv) as question_sv,
        any_value(scenarios.counts_settlement_id) as settlement_id,
        cast({{ complete_sum('outcomes.eligible_operations') }} as bigint) as eligible_operations,
        cast({{ complete_sum('outcomes.performance_kr') }} as bigint) as performance_kr,
        if(
            count(outcomes.performance_kr) = count(*),
            count(*) filter (where outcomes.performance_kr = outcomes.cap_kr),
            null
        ) as regions_at_cap,
        any_value(flags.flags) as flags,
        any_value(scenarios.scenario_order) as scenario_order
    from outcomes
    inner join scenarios using (scenario_id)
    left join flags on scenarios.counts_settlement_id = flags.settlement_id
    group by scenario_id

)

select * from final
