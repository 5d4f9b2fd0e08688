with

settlements as (

    select * from {{ ref('settlements') }}
    where compared_with is not null

),

allocations as (

    select * from {{ ref('grant_allocations') }}

),

operations as (

    select
        settlement_id,
        region_code,
        {{ complete_sum('operations') }} as operations
    from {{ ref('grant_earnings') }}
    group by settlement_id, region_code

),

final as (

    select
        settlements.settlement_id,
        settlements.compared_with as earlier_settlement_id,
        later.region_code,
        cast(operations_before.operations as bigint) as operations_before,
        cast(operations_after.operations as bigint) as operations_after,
        earlier.allocated_kr as allocated_before_kr,
        later.allocated_kr as allocated_after_kr,
        later.allocated_kr - earlier.allocated_kr as difference_kr
    from settlements
    inner join allocations as later on settlements.settlement_id = later.settlement_id
    inner join allocations as earlier
        on
            settlements.compared_with = earlier.settlement_id
            and later.region_code = earlier.region_code
    inner join operations as operations_after
        on
            later.settlement_id = operations_after.settlement_id
            and later.region_code = operations_after.region_code
    inner join operations as operations_before
        on
            earlier.settlement_id = operations_before.settlement_id
            and later.region_code = operations_before.region_code

)

select * from final
