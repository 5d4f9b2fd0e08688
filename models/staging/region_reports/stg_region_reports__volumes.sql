with

source as (

    select * from {{ source('region_reports', 'region_reports') }}

),

renamed as (

    select
        -- ids
        region_code,
        category_id,

        -- numerics
        operations,

        -- dates
        operation_month,
        reported_date
    from source

)

select * from renamed
