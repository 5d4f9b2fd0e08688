with

source as (

    select * from {{ source('coverage', 'list_files') }}

),

renamed as (

    select
        file_name,
        rows_delivered
    from source

)

select * from renamed
