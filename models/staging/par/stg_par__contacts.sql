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
            hdia,
            op,
            {% for position in range(1, 31) -%}
                opd{{ position }},
            {% endfor -%}
            '{{ care_type }}' as care_type
        from {{ care_type }}
        {{ "union all" if not loop.last }}
    {% endfor %}

),

-- Names only. Nothing is computed here: it would be computed for the whole register, of which one row in a hundred is
-- worth it (int_contacts_listed).
renamed as (

    select
        -- ids
        file_name,
        vardkontakt_id as contact_key,
        personnummer as reported_person_id,
        sjukhus as hospital_code,

        -- dates as reported
        inrapporterad as received_date_text,
        indatum as contact_start_date_text,
        {% for position in range(1, 31) -%}
            opd{{ position }} as procedure_date_text_{{ position }},
        {% endfor -%}

        -- other values as reported
        leverans_nr as delivery_number_text,
        makulerad as withdrawn_text,
        lkf as residence_code,
        hdia as main_diagnosis_text,
        op as procedure_codes_text,
        care_type
    from source

)

select * from renamed
