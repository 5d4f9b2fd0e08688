{{ config(materialized='table') }}

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

identified as (

    select
        contacts.* exclude (reported_person_id),
        list_transform(contacts.procedure_date_texts, lambda text: {{ parse_date('text') }}) as procedure_dates,
        persons.reported_person_key,
        persons.person_valid_from,
        -- R6: the county is the first two digits of a code of two to six
        case when regexp_full_match(contacts.residence_code, '[0-9]{2,6}') then left(contacts.residence_code, 2) end
            as county_code
    from contacts
    left join persons using (reported_person_id)

),

keyed as (

    select
        md5(concat_ws(
            '|',
            identified.contact_key,
            identified.delivery_number,
            identified.received_date,
            identified.is_withdrawn,
            identified.care_type,
            coalesce(identified.reported_person_key, ''),
            coalesce(identified.residence_code, ''),
            coalesce(identified.hospital_code, ''),
            coalesce(identified.main_diagnosis_text, ''),
            coalesce(identified.procedure_codes_text, ''),
            coalesce(cast(identified.contact_start_date as varchar), ''),
            coalesce(cast(identified.procedure_dates as varchar), '')
        )) as contact_row_key,
        identified.contact_key,
        identified.delivery_number,
        identified.received_date,
        identified.is_withdrawn,
        identified.care_type,
        case when identified.person_valid_from is not null then identified.reported_person_key end as person_key,
        identified.person_valid_from,
        regions.region_code as home_region_code,
        {{ mask_identity('identified.hospital_code') }} as hospital_code,
        upper(regexp_replace({{ mask_identity('identified.main_diagnosis_text') }}, '[\s\x{00a0}.]', '', 'g'))
            as main_diagnosis,
        identified.contact_start_date,
        {{ mask_identity('identified.procedure_codes_text') }} as procedure_codes_text,
        identified.procedure_dates
    from identified
    left join regions on identified.county_code = regions.region_code

),

-- R1: a row is in force from the day it was received until the next one of its contact is received. The same row
-- twice in an extract is one row.
final as (

    select
        *,
        lead(received_date) over newer as superseded_date
    from keyed
    window newer as (partition by contact_key order by received_date, delivery_number, contact_row_key)
    qualify lead(contact_row_key) over newer is distinct from contact_row_key

)

select * from final
