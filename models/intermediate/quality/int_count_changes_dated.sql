{{ config(materialized='table') }}

with

operations as (

    select * from {{ ref('int_operations_judged') }}
    where own_reason is null

),

-- an operation counts from one day until another, or from one day on; where the two are the same it never does
counted as (

    select
        operation_key,
        definition_id,
        home_region_code,
        cast(date_trunc('month', operation_date) as date) as operation_month,
        counted_from,
        superseded_date
    from operations
    where
        operation_date is not null
        and counted_from < coalesce(superseded_date, date '9999-12-31')

),

changes as (

    select
        operation_key,
        definition_id,
        home_region_code as region_code,
        operation_month,
        counted_from as change_date,
        1 as step
    from counted
    union all
    select
        operation_key,
        definition_id,
        home_region_code as region_code,
        operation_month,
        superseded_date as change_date,
        -1 as step
    from counted
    where superseded_date is not null

),

-- When a row that counts is replaced on the same day by one that counts as well, the count does not change.
net as (

    select
        definition_id,
        region_code,
        operation_month,
        change_date,
        operation_key,
        sum(step) as net_step
    from changes
    group by definition_id, region_code, operation_month, change_date, operation_key
    having sum(step) != 0

),

final as (

    select
        definition_id,
        region_code,
        operation_month,
        change_date,
        cast(count(*) filter (where net_step > 0) as bigint) as operations_gained,
        cast(count(*) filter (where net_step < 0) as bigint) as operations_lost,
        cast(sum(net_step) as bigint) as net_change
    from net
    group by definition_id, region_code, operation_month, change_date

)

select * from final
