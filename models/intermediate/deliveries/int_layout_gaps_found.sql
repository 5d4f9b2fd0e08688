{# A table: what it reads ends with the session. -#}
{{ config(materialized='table') }}

with

settlements as (

    select * from {{ ref('settlements') }}

),

delivered_facts as (

    select * from {{ ref('stg_par__facts') }}

),

register_facts as (

    select * from {{ ref('register_facts') }}

),

-- one file is enough: whoever it is about may be in the others too
gaps as (

    select distinct register_facts.gap
    from delivered_facts
    inner join register_facts using (column_name)
    where delivered_facts.status in ('assumed', 'absent') and register_facts.gap is not null

),

final as (

    select
        settlements.settlement_id,
        gaps.gap,
        cast(null as string) as category_id,
        cast(null as string) as region_code,
        cast(null as date) as gap_date
    from settlements
    cross join gaps
    where settlements.counts_from = 'par'

)

select * from final
