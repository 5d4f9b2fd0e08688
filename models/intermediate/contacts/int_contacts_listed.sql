{{ config(materialized='ephemeral') }}

with

contacts as (

    select * from {{ ref('stg_par__contacts') }}

),

contacts_with_listed_code as (

    select * from {{ ref('int_contacts_with_listed_code') }}

),

-- Every delivery of such a contact: a later one may have lost the code, or withdraw the contact.
final as (

    select contacts.*
    from contacts
    inner join contacts_with_listed_code using (contact_key)

)

select * from final
