{{ config(
    materialized='table',
    pre_hook="set variable listed_code_pattern = (
        select '(?i)' || string_agg(distinct left(code, 1) || '\\.*' || substr(code, 2, 1) || '\\.*' || substr(code, 3, 1), '|')
        from {{ ref('procedure_codes') }}
    )",
) }}

with

contacts as (

    select * from {{ ref('int_contacts_listed') }}

),

persons as (

    select * from {{ ref('int_persons_identified') }}

),

regions as (

    select * from {{ ref('regions') }}

),

-- The same row twice in an extract is one row; the key of its content tells apart rows that claim one delivery.
rows_received as (

    select distinct
        md5(concat_ws(
            '|',
            contacts.contact_key,
            contacts.delivery_number,
            contacts.received_date,
            contacts.is_withdrawn,
            coalesce(persons.reported_person_key, ''),
            coalesce(contacts.residence_code, ''),
            coalesce(contacts.hospital_code, ''),
            coalesce(contacts.main_diagnosis_text, ''),
            coalesce(contacts.procedure_codes_text, ''),
            coalesce(cast(contacts.contact_start_date as varchar), ''),
            coalesce(array_to_string(contacts.procedure_date_texts, ','), '')
        )) as contact_row_key,
        contacts.contact_key,
        contacts.delivery_number,
        contacts.received_date,
        contacts.is_withdrawn,
        contacts.care_type,
        case when persons.person_valid_from is not null then persons.reported_person_key end as person_key,
        persons.person_valid_from,
        regions.region_code as home_region_code,
        contacts.hospital_code,
        upper(regexp_replace(contacts.main_diagnosis_text, '[\s\x{00a0}.]', '', 'g')) as main_diagnosis,
        contacts.contact_start_date,
        contacts.procedure_codes_text,
        contacts.procedure_date_texts,
    from contacts
    left join persons using (reported_person_id)
    left join regions
        on
            left(contacts.residence_code, 2) = regions.region_code
            and regexp_full_match(contacts.residence_code, '[0-9]{2,6}')

),

-- R1: a row is in force from the day it was received until the next one of its contact is received.
final as (

    select
        *,
        lead(received_date) over (
            partition by contact_key
            order by received_date, delivery_number, contact_row_key
        ) as superseded_date,
    from rows_received

)

select * from final
