with

source as (

    select * from {{ source('coverage', 'list_rows_unreadable') }}

),

renamed as (

    select
        file_name,
        row_in_file,
        fault
    from source

)

select * from renamed
