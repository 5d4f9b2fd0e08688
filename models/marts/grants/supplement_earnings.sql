with

settlements as (

    select * from {{ ref('settlements') }}

),

supplements as (

    select * from {{ ref('rate_supplements') }}

),

earnings as (

    select * from {{ ref('grant_earnings') }}

),

final as (

    select
        settlement_id,
        earnings.region_code,
        earnings.category_id,
        supplements.supplement,
        earnings.eligible_operations,
        supplements.amount_kr as supplement_kr,
        cast(earnings.eligible_operations * supplements.amount_kr as bigint) as earned_supplement_kr
    from earnings
    inner join settlements using (settlement_id)
    inner join supplements using (round_id)

)

select * from final
