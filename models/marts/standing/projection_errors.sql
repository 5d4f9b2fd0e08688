with

settlements as (

    select * from {{ ref('settlements') }}
    where counts_from = 'par'

),

categories as (

    select * from {{ ref('standing_by_category') }}

),

earnings as (

    select * from {{ ref('grant_earnings') }}

),

received as (

    select * from {{ ref('int_register_received') }}

),

-- an interim settlement and the first one of the whole period, once its cut-off date is reached
pairs as (

    select
        interims.settlement_id,
        outcomes.settlement_id as outcome_settlement_id
    from settlements as interims
    inner join settlements as outcomes on interims.round_id = outcomes.round_id
    cross join received
    where
        interims.measured_through is not null
        and outcomes.measured_through is null
        and outcomes.cutoff_date <= received.received_through
    qualify row_number() over (partition by interims.settlement_id order by outcomes.cutoff_date) = 1

),

projected as (

    select
        pairs.settlement_id,
        pairs.outcome_settlement_id,
        unnest(['00', categories.region_code]) as region_code,
        categories.category_id,
        categories.projected_operations,
        categories.projected_earned_kr,
        earnings.operations,
        earnings.earned_kr
    from pairs
    inner join categories on pairs.settlement_id = categories.settlement_id
    inner join earnings
        on
            pairs.outcome_settlement_id = earnings.settlement_id
            and categories.region_code = earnings.region_code
            and categories.category_id = earnings.category_id

),

summed as (

    select
        settlement_id,
        outcome_settlement_id,
        region_code,
        category_id,
        {{ complete_sum('projected_operations') }} as projected_operations,
        {{ complete_sum('operations') }} as operations,
        {{ complete_sum('projected_earned_kr') }} as projected_earned_kr,
        {{ complete_sum('earned_kr') }} as earned_kr
    from projected
    group by settlement_id, outcome_settlement_id, region_code, category_id

),

final as (

    select
        settlement_id,
        outcome_settlement_id,
        region_code,
        category_id,
        cast(projected_operations as bigint) as projected_operations,
        cast(operations as bigint) as operations,
        {{ percent('(projected_operations - operations)', 'operations') }} as error_operations_percent,
        cast(projected_earned_kr as bigint) as projected_earned_kr,
        cast(earned_kr as bigint) as earned_kr,
        {{ percent('(projected_earned_kr - earned_kr)', 'earned_kr') }} as error_kr_percent
    from summed

)

select * from final
