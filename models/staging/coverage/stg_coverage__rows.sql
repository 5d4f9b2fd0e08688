with

source as (

    select * from {{ source('coverage', 'list_rows') }}

),

renamed as (

    select
        -- ids
        file_name,
        row_in_file,
        list_id,
        personnummer as reported_person_id,
        category_id,
        hospital_code,

        -- dates
        operation_date,

        -- other values
        procedure_code as procedure_code_text,
        lkf as residence_code
    from source

)

select * from renamed
