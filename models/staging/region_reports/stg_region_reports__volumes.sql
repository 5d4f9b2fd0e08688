with

source as (

    select * from {{ source('region_reports', 'region_reports') }}

),

renamed as (

    select
        -- ids
        trim(region_code) as region_code,
        trim(category_id) as category_id,

        -- numerics
        try_cast(operations as bigint) as operations,

        -- dates
        cast(date_trunc('month', {{ parse_date('operation_month') }}) as date) as operation_month,
        {{ parse_date('reported_date') }} as reported_date
    from source

)

select * from renamed
