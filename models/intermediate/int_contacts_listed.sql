{{ config(materialized='ephemeral') }}

with

contacts as (

    select * from {{ ref('stg_par__contacts') }}

),

{#- One pattern over the raw text finds the few contacts worth reading. It lets too much through, never too little:
    three leading letters, dots and case ignored. Without the variable (unit tests) everything passes. #}
contacts_with_listed_code as (

    select distinct contact_key
    from contacts
    where regexp_matches(procedure_codes_text, coalesce(getvariable('listed_code_pattern'), ''))

),

-- Every delivery of such a contact: a later one may have lost the code, or withdraw the contact.
final as (

    select contacts.*
    from contacts
    inner join contacts_with_listed_code using (contact_key)

)

select * from final
