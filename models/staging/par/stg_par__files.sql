with

source as (

    select * from {{ source('par', 'files') }}

),

renamed as (

    select
        file_name,
        layout_id,
        rows_delivered,
        rows_left_out,
        rows_accepted,
        rows_found
    from source

)

select * from renamed
