{{ config(materialized='table') }}

with

volumes as (

    select * from {{ ref('stg_region_reports__volumes') }}

),

-- As with the rows of a contact (R1), a figure is in force from the day it was reported until a newer one replaces it.
final as (

    select
        *,
        lead(reported_date) over (
            partition by region_code, category_id, operation_month
            order by reported_date
        ) as superseded_date
    from volumes

)

select * from final
