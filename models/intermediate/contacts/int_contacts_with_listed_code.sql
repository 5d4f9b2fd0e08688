{{ config(
    materialized='table',
    pre_hook="set variable listed_code_pattern = (
        select '(?i)' || string_agg(distinct left(code, 1) || '\\.*' || substr(code, 2, 1) || '\\.*' || substr(code, 3, 1), '|')
        from {{ ref('procedure_codes') }}
        where list_id in (select procedure_list_id from {{ ref('operation_definitions') }})
    )",
) }}

with

contacts as (

    select * from {{ ref('stg_par__contacts') }}

),

-- One pattern over the raw text finds the few contacts worth reading. It lets too much through, never too little:
-- three leading letters, dots and case ignored. Without the variable (unit tests) everything passes.
final as (

    select distinct contact_key
    from contacts
    where regexp_matches(procedure_codes_text, coalesce(getvariable('listed_code_pattern'), ''))

)

select * from final
