{# A table: what it reads ends with the session. -#}
{{ config(materialized='table') }}

with

months as (

    select * from {{ ref('stg_par__months') }}

),

regions as (

    select * from {{ ref('regions') }}

),

first_received as (

    select
        months.care_type,
        regions.region_code,
        months.start_month as operation_month,
        min(months.first_received_date) as received_date
    from months
    inner join regions on months.county_code = regions.region_code
    where months.start_month is not null
    group by months.care_type, regions.region_code, months.start_month

),

-- A7: one kind of care alone says nothing of the other
final as (

    select
        region_code,
        operation_month,
        max(received_date) as delivered_date
    from first_received
    group by region_code, operation_month
    having count(*) = 2

)

select * from final
