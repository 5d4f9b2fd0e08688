{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ forget_files_to_read('par_deliveries_kept_of') }}",
    post_hook="{{ remember_files() }}",
) }}

with

contacts as (

    select * from {{ ref('stg_par__contacts') }}

),

contact_rows as (

    select * from {{ ref('int_contact_rows_kept') }}

),

contacts_with_listed_code as (

    select distinct contact_key from contact_rows

),

deliveries as (

    select
        contacts.file_name,
        contacts.contact_key,
        {{ delivery_number('contacts.delivery_number_text') }} as delivery_number,
        {{ parse_date('contacts.received_date_text') }} as received_date
    from contacts
    inner join contacts_with_listed_code on contacts.contact_key = contacts_with_listed_code.contact_key
    where {{ is_to_read('par_deliveries_kept_of', 'contacts.file_name') }}

),

-- A delivery is left out for a row of its own file only: another file may be taken away.
final as (

    select deliveries.*
    from deliveries
    left join contact_rows
        on
            deliveries.file_name = contact_rows.file_name
            and deliveries.contact_key = contact_rows.contact_key
            and deliveries.delivery_number = contact_rows.delivery_number
            and deliveries.received_date = contact_rows.received_date
    where contact_rows.contact_key is null

)

select * from final
