with

settlements as (

    select * from {{ ref('settlements') }}

),

rounds as (

    select * from {{ ref('grant_rounds') }}
    where allocation_model = 'equal_share'

),

regions as (

    select * from {{ ref('regions') }}

),

caps as (

    select * from {{ ref('grant_caps') }}

),

recipients as (

    select
        settlements.settlement_id,
        regions.region_code,
        rounds.appropriation_kr,
        1 as weight,
        coalesce(caps.cap_kr, 0) as tie_break_kr
    from settlements
    inner join rounds on settlements.round_id = rounds.round_id
    cross join regions
    left join caps
        on
            rounds.tie_break_round_id = caps.round_id
            and regions.region_code = caps.region_code

),

shared as (

    {{ apportion(
        'recipients', group_by='settlement_id', total_kr='appropriation_kr', weight='weight',
        tie_break='tie_break_kr, region_code'
    ) }}

),

final as (

    select
        settlement_id,
        region_code,
        appropriation_kr,
        weight,
        tie_break_kr,
        cast(apportion_divisor as bigint) as recipients,
        cast(apportion_left_kr as bigint) as left_over_kr,
        apportion_place as left_over_place,
        share_kr
    from shared

)

select * from final
