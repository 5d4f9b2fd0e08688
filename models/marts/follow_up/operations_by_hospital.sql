with

decisions as (

    select * from {{ ref('int_decisions_counted') }}
    where reason = 'counted' and period_role = 'measured'

),

hospitals as (

    select * from {{ ref('hospitals') }}

),

quality as (

    select * from {{ ref('count_quality') }}

),

final as (

    select
        decisions.settlement_id,
        decisions.region_code,
        decisions.category_id,
        decisions.operation_month,
        coalesce(hospital_code, '') as hospital_code,
        hospitals.hospital_name,
        decisions.producing_region_code,
        decisions.hospital_ownership,
        decisions.rows_decided as operations,
        quality.flags
    from decisions
    left join hospitals using (hospital_code)
    left join quality
        on
            decisions.settlement_id = quality.settlement_id
            and decisions.region_code = quality.region_code
            and decisions.category_id = quality.category_id
            and decisions.operation_month = quality.operation_month

)

select * from final
