{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='append',
    pre_hook="{{ forget_files_to_read('par_files_kept') }}",
    post_hook="{{ remember_files() }}",
) }}

with

contacts as (

    select * from {{ ref('int_contacts_listed') }}

),

persons as (

    select * from {{ ref('int_persons_identified') }}

),

identified as (

    select
        contacts.file_name,
        contacts.contact_key,
        contacts.delivery_number,
        contacts.received_date,
        contacts.is_withdrawn,
        contacts.care_type,
        contacts.residence_code,
        contacts.hospital_code,
        contacts.main_diagnosis_text,
        contacts.contact_start_date,
        contacts.procedure_codes_text,
        contacts.procedure_dates,
        persons.reported_person_key,
        persons.person_valid_from
    from contacts
    left join persons on contacts.reported_person_id = persons.reported_person_id

),

final as (

    select
        cast(md5(concat_ws(
            '|',
            contact_key,
            delivery_number,
            received_date,
            is_withdrawn,
            care_type,
            coalesce(reported_person_key, ''),
            coalesce(residence_code, ''),
            coalesce(hospital_code, ''),
            coalesce(main_diagnosis_text, ''),
            coalesce(procedure_codes_text, ''),
            coalesce(cast(contact_start_date as string), ''),
            coalesce(procedure_dates, '')
        )) as string) as contact_row_key,
        file_name,
        contact_key,
        delivery_number,
        received_date,
        is_withdrawn,
        care_type,
        case when person_valid_from is not null then reported_person_key end as person_key,
        person_valid_from,
        -- R6: the county is the first two digits of a code of two to six
        case when {{ matches('residence_code', '[0-9]{2,6}') }} then substr(residence_code, 1, 2) end as county_code,
        {{ mask_identity('hospital_code') }} as hospital_code,
        upper({{ replace_all(mask_identity('main_diagnosis_text'), '[\\t\\n\\f\\r \\x{00a0}.]', '') }})
            as main_diagnosis,
        contact_start_date,
        {{ mask_identity('procedure_codes_text') }} as procedure_codes_text,
        procedure_dates
    from identified

)

select * from final
