with

source as (

    select * from {{ source('par', 'months') }}

),

renamed as (

    select
        file_name,
        care_type,
        county_code,
        start_month,
        first_received_date,
        last_received_date,
        rows_accepted
    from source

)

select * from renamed
