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
            file_name,
            vardkontakt_id,
            leverans_nr,
            inrapporterad,
            makulerad,
            personnummer,
            lkf,
            sjukhus,
            indatum,
            utdatum,
            hdia,
            op,
            opd,
            is_serial_number,
            is_received_date_unknown,
            '{{ care_type }}' as care_type
        from {{ care_type }}
        {{ "union all" if not loop.last }}
    {% endfor %}

),

renamed as (

    select
        -- ids
        file_name,
        vardkontakt_id as contact_id,
        personnummer as reported_person_id,
        is_serial_number,
        sjukhus as hospital_code,

        -- deliveries
        leverans_nr as delivery_number,
        inrapporterad as received_date,
        is_received_date_unknown,
        makulerad as is_withdrawn,

        -- dates of the contact
        indatum as contact_start_date,
        utdatum as contact_end_date,

        -- other values
        care_type,
        lkf as residence_code,
        hdia as main_diagnosis_text,
        op as procedure_codes_text,
        opd as procedure_dates
    from source

)

select * from renamed
