with

readings as (

    select * from {{ ref('int_readings_applied') }}

),

earned as (

    select * from {{ ref('int_readings_earned') }}

),

bonuses as (

    select * from {{ ref('int_reading_pots_shared') }}

),

equal_shares as (

    select * from {{ ref('int_equal_shares_apportioned') }}

),

allocations as (

    select * from {{ ref('grant_allocations') }}

),

recipients as (

    select
        settlement_id,
        readings.reading_id,
        equal_shares.region_code,
        equal_shares.appropriation_kr,
        equal_shares.weight,
        if(readings.variant = 'leftover_kronor_by_code', 0, equal_shares.tie_break_kr) as tie_break_kr
    from readings
    inner join equal_shares using (settlement_id)

),

-- A1
shared as (

    {{ apportion(
        'recipients', group_by='settlement_id, reading_id', total_kr='appropriation_kr', weight='weight',
        tie_break='tie_break_kr, region_code'
    ) }}

),

paid as (

    select
        settlement_id,
        reading_id,
        region_code,
        operations,
        eligible_operations,
        earned_kr,
        performance_kr
    from earned
    union all
    select
        settlement_id,
        reading_id,
        region_code,
        null as operations,
        null as eligible_operations,
        null as earned_kr,
        share_kr as performance_kr
    from shared

),

final as (

    select
        settlement_id,
        reading_id,
        region_code,
        paid.operations,
        paid.eligible_operations,
        paid.earned_kr,
        paid.performance_kr,
        cast(paid.performance_kr - coalesce(allocations.performance_kr, allocations.allocated_kr) as bigint)
            as difference_kr,
        bonuses.bonus_kr,
        cast(bonuses.bonus_kr - allocations.bonus_kr as bigint) as bonus_difference_kr
    from paid
    inner join allocations using (settlement_id, region_code)
    left join bonuses using (settlement_id, reading_id, region_code)

)

select * from final
