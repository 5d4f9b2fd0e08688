with

inpatient as (

    select * from {{ source('par', 'sv') }}

),

outpatient as (

    select * from {{ source('par', 'ov') }}

),

source as (

    select
        *,
        'inpatient' as care_type
    from inpatient
    union all by name
    select
        *,
        'outpatient' as care_type
    from outpatient

),

renamed as (

    select
        -- ids
        trim(vardkontakt_id) as contact_key,
        try_cast(leverans_nr as bigint) as delivery_number,
        nullif(trim(personnummer), '') as reported_person_id,
        nullif(trim(sjukhus), '') as hospital_code,

        -- dates
        {{ parse_date('inrapporterad') }} as received_date,
        {{ parse_date('indatum') }} as contact_start_date,

        -- attributes
        care_type,
        coalesce(try_cast(makulerad as boolean), false) as is_withdrawn,
        trim(lkf) as residence_code,
        hdia as main_diagnosis_text,
        op as procedure_codes_text,
        procedure_dates as procedure_date_texts
    from source

)

select * from renamed
