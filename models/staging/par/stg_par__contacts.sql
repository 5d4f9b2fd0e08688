{# Thirty columns that outpatient care does not have would be carried along for every row; one text is not. -#}
{% set dates = [] -%}
{% for position in range(1, 31) -%}
    {% do dates.append("coalesce(" ~ date_digits("opd" ~ position) ~ ", '')") -%}
{% endfor -%}

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
            {% if care_type == 'inpatient' -%}
                concat_ws(',', {{ dates | join(', ') }}) as procedure_dates,
            {% else -%}
                cast(null as string) as procedure_dates,
            {% endif -%}
            '{{ care_type }}' as care_type
        from {{ care_type }}
        {{ "union all" if not loop.last }}
    {% endfor %}

),

-- Names only, but for the dates of the codes. What is computed here is computed for the whole register, of which one
-- row in a hundred is worth it, unless the search for listed codes alone reads it (int_rows_with_listed_code).
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

        -- other values as reported
        leverans_nr as delivery_number_text,
        makulerad as withdrawn_text,
        lkf as residence_code,
        hdia as main_diagnosis_text,
        op as procedure_codes_text,
        procedure_dates,
        care_type
    from source

)

select * from renamed
