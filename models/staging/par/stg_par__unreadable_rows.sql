with

source as (

    select * from {{ source('par', 'unreadable_rows') }}

),

renamed as (

    select
        file_name,
        row_number as row_in_file,
        fault,
        is_withdrawal
    from source

)

select * from renamed
