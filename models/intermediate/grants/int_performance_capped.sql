with

settlements as (

    select * from {{ ref('settlements') }}

),

earnings as (

    select * from {{ ref('grant_earnings') }}

),

caps as (

    select * from {{ ref('grant_caps') }}

),

earned as (

    select
        settlement_id,
        region_code,
        {{ complete_sum('earned_kr') }} as earned_kr
    from earnings
    group by settlement_id, region_code

),

-- A2 and A3: paid up to the cap
final as (

    select
        settlement_id,
        round_id,
        region_code,
        cast(earned.earned_kr as bigint) as earned_kr,
        caps.cap_kr,
        -- least() leaves NULL out: where one of the two is unknown it would answer with the other
        if(
            earned.earned_kr is null or caps.cap_kr is null,
            null,
            cast(least(earned.earned_kr, caps.cap_kr) as bigint)
        ) as performance_kr
    from earned
    inner join settlements using (settlement_id)
    left join caps using (round_id, region_code)

)

select * from final
