{{ config(materialized='table') }}

with

rows_read as (

    select * from {{ ref('int_contact_rows_read') }}

),

regions as (

    select * from {{ ref('regions') }}

),

-- The same row twice in an extract is one row.
deliveries as (

    select distinct
        contact_row_key,
        contact_key,
        contact_order,
        delivery_number,
        received_date,
        content_key,
        is_received_date_unknown,
        is_withdrawn,
        care_type,
        person_key,
        person_valid_from,
        county_code,
        hospital_code
    from rows_read

),

-- R1: a row is in force from the day it was received until the next one of its contact is received
ordered as (

    select
        *,
        lead(received_date) over newer as superseded_date,
        lead(contact_row_key) over newer as next_contact_row_key,
        lag(contact_row_key) over newer as previous_contact_row_key
    from deliveries
    window newer as (
        partition by contact_key
        order by received_date, delivery_number, content_key nulls first
    )

),

-- Rows that say the same of two persons stand here once and for nobody: which of them it was is not known (R1).
final as (

    select
        ordered.contact_row_key,
        ordered.contact_key,
        ordered.contact_order,
        ordered.delivery_number,
        ordered.received_date,
        ordered.is_received_date_unknown,
        ordered.is_withdrawn,
        ordered.care_type,
        if(ordered.previous_contact_row_key = ordered.contact_row_key, null, ordered.person_key) as person_key,
        if(ordered.previous_contact_row_key = ordered.contact_row_key, null, ordered.person_valid_from)
            as person_valid_from,
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
