{{ config(materialized='table') }}

with

contact_rows as (

    select * from {{ ref('int_contact_rows_kept') }}

),

contacts_with_listed_code as (

    select
        contact_key,
        min(first_received_date) as first_received_date
    from {{ ref('int_contacts_with_listed_code') }}
    group by contact_key

),

regions as (

    select * from {{ ref('regions') }}

),

-- A row that was received before any listed code came stands for nothing and supersedes nothing that does. Which of
-- them are kept depends on the order in which the files came.
relevant as (

    select
        contact_rows.contact_row_key,
        contact_rows.contact_key,
        contact_rows.delivery_number,
        contact_rows.received_date,
        contact_rows.is_withdrawn,
        contact_rows.care_type,
        contact_rows.person_key,
        contact_rows.person_valid_from,
        regions.region_code as home_region_code,
        contact_rows.hospital_code
    from contact_rows
    inner join contacts_with_listed_code on contact_rows.contact_key = contacts_with_listed_code.contact_key
    left join regions on contact_rows.county_code = regions.region_code
    where contact_rows.received_date >= contacts_with_listed_code.first_received_date

),

-- R1: a row is in force from the day it was received until the next one of its contact is received. The same row
-- twice in an extract is one row.
ordered as (

    select
        *,
        lead(received_date) over newer as superseded_date,
        lead(contact_row_key) over newer as next_contact_row_key
    from relevant
    window newer as (partition by contact_key order by received_date, delivery_number, contact_row_key)

),

final as (

    select
        contact_row_key,
        contact_key,
        delivery_number,
        received_date,
        is_withdrawn,
        care_type,
        person_key,
        person_valid_from,
        home_region_code,
        hospital_code,
        superseded_date
    from ordered
    where next_contact_row_key is distinct from contact_row_key

)

select * from final
