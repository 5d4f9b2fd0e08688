{{ config(materialized='table') }}

with

decisions as (

    select * from {{ ref('contact_decisions') }}

),

-- what is not counted is not asked for by hospital
told_apart as (

    select
        settlement_id,
        category_id,
        period_role,
        region_code,
        operation_month,
        reason,
        if(reason = 'counted', hospital_code, null) as hospital_code,
        if(reason = 'counted', producing_region_code, null) as producing_region_code,
        if(reason = 'counted', hospital_ownership, null) as hospital_ownership,
        care_type = 'inpatient' and operation_date_source = 'contact_start' as has_imputed_date
    from decisions

),

final as (

    select
        settlement_id,
        category_id,
        period_role,
        region_code,
        operation_month,
        reason,
        hospital_code,
        producing_region_code,
        hospital_ownership,
        count(*) as rows_decided,
        count(*) filter (where has_imputed_date) as rows_with_imputed_date
    from told_apart
    group by
        settlement_id,
        category_id,
        period_role,
        region_code,
        operation_month,
        reason,
        hospital_code,
        producing_region_code,
        hospital_ownership

)

select * from final
