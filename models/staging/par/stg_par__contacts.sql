with

inpatient as (

    select * from {{ source('par', 'sv') }}

),

outpatient as (

    select * from {{ source('par', 'ov') }}

),

source as (

    {% for care_type in ['inpatient', 'outpatient'] -%}
        select
            vardkontakt_id,
            leverans_nr,
            inrapporterad,
            makulerad,
            personnummer,
            lkf,
            sjukhus,
            indatum,
            hdia,
            op,
            procedure_dates,
            '{{ care_type }}' as care_type
        from {{ care_type }}
        {{ "union all" if not loop.last }}
    {% endfor %}

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
