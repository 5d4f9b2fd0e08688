with

source as (

    select * from {{ source('par', 'facts') }}

),

renamed as (

    select
        file_name,
        column_name,
        status
    from source

)

select * from renamed
