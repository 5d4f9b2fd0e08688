{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_files_to_read('par_rows_kept_of') }}",
) }}

with

contacts as (

    select * from {{ ref('int_rows_with_listed_code') }}

),

persons as (

    select * from {{ ref('int_persons_identified') }}

),

-- what cannot be read is NULL
typed as (

    select
        file_name,
        contact_key,
        {{ delivery_number('delivery_number_text') }} as delivery_number,
        {{ parse_date('received_date_text') }} as received_date,
        coalesce(try_cast({{ trimmed('withdrawn_text') }} as boolean), false) as is_withdrawn,
        care_type,
        cast(reported_person_id as string) as reported_person_id,
        {{ trimmed('residence_code') }} as residence_code,
        nullif({{ trimmed('hospital_code') }}, '') as hospital_code,
        cast(main_diagnosis_text as string) as main_diagnosis_text,
        {{ parse_date('contact_start_date_text') }} as contact_start_date,
        cast(procedure_codes_text as string) as procedure_codes_text,
        procedure_dates
    from contacts

),

identified as (

    select
        typed.file_name,
        typed.contact_key,
        typed.delivery_number,
        typed.received_date,
        typed.is_withdrawn,
        typed.care_type,
        typed.residence_code,
        typed.hospital_code,
        typed.main_diagnosis_text,
        typed.contact_start_date,
        typed.procedure_codes_text,
        typed.procedure_dates,
        persons.reported_person_key,
        persons.person_valid_from
    from typed
    left join persons on typed.reported_person_id = persons.reported_person_id

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
