with

effects as (

    select * from {{ ref('reading_effects') }}

),

readings as (

    select * from {{ ref('readings') }}

),

final as (

    select
        effects.settlement_id,
        effects.reading_id,
        readings.rule_id,
        cast({{ complete_sum('effects.operations') }} as bigint) as operations,
        cast({{ complete_sum('effects.eligible_operations') }} as decimal(18, 6)) as eligible_operations,
        cast({{ complete_sum('effects.earned_kr') }} as bigint) as earned_kr,
        cast({{ complete_sum('effects.performance_kr') }} as bigint) as performance_kr,
        cast({{ complete_sum('effects.difference_kr') }} as bigint) as difference_kr,
        cast({{ complete_sum('effects.bonus_difference_kr') }} as bigint) as bonus_difference_kr,
        cast(
            if(
                count(effects.difference_kr) = count(*), count(*) filter (where effects.difference_kr > 0), null
            ) as bigint
        ) as regions_gaining,
        cast(
            if(
                count(effects.difference_kr) = count(*), count(*) filter (where effects.difference_kr < 0), null
            ) as bigint
        ) as regions_losing
    from effects
    inner join readings using (reading_id)
    group by effects.settlement_id, effects.reading_id, readings.rule_id

)

select * from final
