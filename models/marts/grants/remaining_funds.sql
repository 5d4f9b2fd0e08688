with

settlements as (

    select * from {{ ref('settlements') }}

),

rounds as (

    select * from {{ ref('grant_rounds') }}

),

performance as (

    select * from {{ ref('int_performance_capped') }}

),

pot_shares as (

    select * from {{ ref('bonus_pot_shares') }}

),

paid as (

    select
        settlement_id,
        round_id,
        {{ complete_sum('performance_kr') }} as performance_kr
    from performance
    group by settlement_id, round_id

),

-- A4: what performance leaves of the appropriation goes to pots, one for a category. An interim settlement does not
-- know yet how much that will be.
remaining as (

    select
        settlement_id,
        pot_shares.category_id,
        pot_shares.share_percent,
        pot_shares.recipients,
        if(
            settlements.measured_through is null,
            cast(rounds.appropriation_kr - paid.performance_kr as bigint),
            null
        ) as remaining_kr
    from paid
    inner join settlements using (settlement_id)
    inner join rounds on paid.round_id = rounds.round_id
    inner join pot_shares on paid.round_id = pot_shares.round_id

),

shared as (

    {{ apportion(
        'remaining', group_by='settlement_id', total_kr='remaining_kr', weight='share_percent',
        tie_break='share_percent, category_id'
    ) }}

),

final as (

    select
        settlement_id,
        category_id,
        remaining_kr,
        share_percent,
        recipients,
        share_kr as pot_kr
    from shared

)

select * from final
