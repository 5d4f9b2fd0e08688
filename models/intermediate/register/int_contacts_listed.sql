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
    inner join contacts_with_listed_code on contacts.contact_key = contacts_with_listed_code.contact_key
    where {{ is_to_read('par_files_kept', 'contacts.file_name') }}

),

final as (

    select
        file_name,
        contact_key,
        cast(try_cast(delivery_number_text as decimal(38, 0)) as bigint) as delivery_number,
        {{ parse_date('received_date_text') }} as received_date,
        coalesce(try_cast({{ trimmed('withdrawn_text') }} as boolean), false) as is_withdrawn,
        care_type,
        nullif({{ trimmed('reported_person_id') }}, '') as reported_person_id,
        {{ trimmed('residence_code') }} as residence_code,
        nullif({{ trimmed('hospital_code') }}, '') as hospital_code,
        {{ parse_date('contact_start_date_text') }} as contact_start_date,
        cast(main_diagnosis_text as string) as main_diagnosis_text,
        cast(procedure_codes_text as string) as procedure_codes_text,
        -- which day each is is read for the few that belong to a listed code (int_contact_operations)
        {% set dates = [] -%}
        {% for position in range(1, 31) -%}
            {% do dates.append("coalesce(" ~ date_digits("procedure_date_text_" ~ position) ~ ", '')") -%}
        {% endfor -%}
        case when care_type = 'inpatient' then concat_ws(',', {{ dates | join(', ') }}) end as procedure_dates
    from listed

)

select * from final
