{# A table: what it reads ends with the session. -#}
{{ config(materialized='table') }}

{% set stated = env_var('PAR_RECEIVED_THROUGH', '') -%}

with

months as (

    select * from {{ ref('stg_par__months') }}

),

-- A7: only the sender can know that nothing came in after the newest row
final as (

    select
        coalesce(
            cast({{ "'" ~ stated ~ "'" if stated else 'null' }} as date),
            max(last_received_date)
        ) as received_through
    from months

)

select * from final
