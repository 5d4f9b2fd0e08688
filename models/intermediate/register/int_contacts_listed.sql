{{ config(materialized='ephemeral') }}

with

contacts as (

    select * from {{ ref('stg_par__contacts') }}

),

contacts_with_listed_code as (

    select distinct contact_key
    from {{ ref('int_contacts_with_listed_code') }}

),

-- Every delivery of such a contact: a later one may have lost the code, or withdraw the contact.
listed as (

    select contacts.*
    from contacts
    inner join contacts_with_listed_code using (contact_key)
    where {{ is_to_read('par_files_kept', 'contacts.file_name') }}

),

final as (

    select
        file_name,
        contact_key,
        try_cast(delivery_number_text as bigint) as delivery_number,
        {{ parse_date('received_date_text') }} as received_date,
        coalesce(try_cast(withdrawn_text as boolean), false) as is_withdrawn,
        care_type,
        nullif(trim(cast(reported_person_id as varchar)), '') as reported_person_id,
        trim(cast(residence_code as varchar)) as residence_code,
        nullif(trim(cast(hospital_code as varchar)), '') as hospital_code,
        {{ parse_date('contact_start_date_text') }} as contact_start_date,
        cast(main_diagnosis_text as varchar) as main_diagnosis_text,
        cast(procedure_codes_text as varchar) as procedure_codes_text,
        {% set dates = [] -%}
        {% for position in range(1, 31) -%}
            {% do dates.append(parse_date("procedure_date_text_" ~ position)) -%}
        {% endfor -%}
        case when care_type = 'inpatient' then [{{ dates | join(', ') }}] end as procedure_dates
    from listed

)

select * from final
