with

decisions as (

    select * from {{ ref('contact_decisions') }}
    where decision = 'counted' and period_role = 'measured'

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
        any_value(hospitals.hospital_name) as hospital_name,
        any_value(decisions.producing_region_code) as producing_region_code,
        any_value(decisions.hospital_ownership) as hospital_ownership,
        count(*) as operations,
        any_value(quality.flags) as flags
    from decisions
    left join hospitals using (hospital_code)
    left join quality
        on
            decisions.settlement_id = quality.settlement_id
            and decisions.region_code = quality.region_code
            and decisions.category_id = quality.category_id
            and decisions.operation_month = quality.operation_month
    group by
        decisions.settlement_id,
        decisions.region_code,
        decisions.category_id,
        decisions.operation_month,
        hospital_code

)

select * from final
