{{ config(materialized='ephemeral') }}

with

contacts as (

    select * from {{ ref('stg_par__contacts') }}

),

-- One pattern over the raw text finds the few rows worth reading. It lets too much through, never too little: three
-- leading letters, dots and case ignored.
final as (

    select * from contacts
    where
        {{ is_to_read('par_rows_kept_of', 'file_name') }}
        and {{ has_listed_code('cast(procedure_codes_text as string)') }}

)

select * from final
