{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='append',
    pre_hook="{{ forget_files_to_read('par_files_searched') }}",
) }}

with

contacts as (

    select * from {{ ref('stg_par__contacts') }}

),

-- One pattern over the raw text finds the few contacts worth reading. It lets too much through, never too little:
-- three leading letters, dots and case ignored.
final as (

    select
        file_name,
        contact_key,
        min({{ parse_date('received_date_text') }}) as first_received_date
    from contacts
    where
        {{ is_to_read('par_files_searched', 'file_name') }}
        and {{ has_listed_code('cast(procedure_codes_text as string)') }}
    group by file_name, contact_key

)

select * from final
