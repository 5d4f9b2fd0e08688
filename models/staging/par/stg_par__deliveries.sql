with

inpatient as (

    select * from {{ source('par', 'sv') }}

),

outpatient as (

    select * from {{ source('par', 'ov') }}

),

source as (

    select
        file_name,
        vardkontakt_id,
        is_own_contact,
        leverans_nr,
        inrapporterad
    from inpatient
    union all
    select
        file_name,
        vardkontakt_id,
        is_own_contact,
        leverans_nr,
        inrapporterad
    from outpatient

),

renamed as (

    select
        file_name,
        vardkontakt_id as contact_id,
        is_own_contact,
        leverans_nr as delivery_number,
        inrapporterad as received_date
    from source

)

select * from renamed
