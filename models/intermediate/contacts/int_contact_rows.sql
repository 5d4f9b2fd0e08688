{{ config(materialized='table') }}

with

contact_rows as (

    select * from {{ ref('int_contact_rows_kept') }}

),

other_deliveries as (

    select * from {{ ref('int_deliveries_without_listed_code') }}

),

regions as (

    select * from {{ ref('regions') }}

),

deliveries as (

    select
        contact_row_key,
        contact_key,
        delivery_number,
        received_date,
        is_withdrawn,
        care_type,
        person_key,
        person_valid_from,
        county_code,
        hospital_code
    from contact_rows
    union all
    select
        null as contact_row_key,
        contact_key,
        delivery_number,
        received_date,
        null as is_withdrawn,
        null as care_type,
        null as person_key,
        null as person_valid_from,
        null as county_code,
        null as hospital_code
    from other_deliveries

),

-- R1: a row is in force from the day it was received until the next one of its contact is received
ordered as (

    select
        *,
        lead(received_date) over newer as superseded_date,
        lead(contact_row_key) over newer as next_contact_row_key
    from deliveries
    window newer as (
        partition by contact_key
        order by received_date, delivery_number, contact_row_key nulls first
    )

),

-- The same row twice in an extract is one row.
final as (

    select
        ordered.contact_row_key,
        ordered.contact_key,
        ordered.delivery_number,
        ordered.received_date,
        ordered.is_withdrawn,
        ordered.care_type,
        ordered.person_key,
        ordered.person_valid_from,
        regions.region_code as home_region_code,
        ordered.hospital_code,
        ordered.superseded_date
    from ordered
    left join regions on ordered.county_code = regions.region_code
    where
        ordered.contact_row_key is not null
        and ordered.next_contact_row_key is distinct from ordered.contact_row_key

)

select * from final
