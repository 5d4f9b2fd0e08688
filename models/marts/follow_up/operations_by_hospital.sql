with

decisions as (

    select * from {{ ref('int_decisions_counted') }}
    where reason = 'counted' and period_role = 'measured'

),

counts as (

    select * from {{ ref('operation_counts') }}
    where operations is not null

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
    -- A7: of a month that is not delivered what is there is not all
    inner join counts
        on
            decisions.settlement_id = counts.settlement_id
            and decisions.region_code = counts.region_code
            and decisions.category_id = counts.category_id
            and decisions.operation_month = counts.operation_month
    left join hospitals using (hospital_code)
    left join quality
        on
            decisions.settlement_id = quality.settlement_id
            and decisions.region_code = quality.region_code
            and decisions.category_id = quality.category_id
            and decisions.operation_month = quality.operation_month

)

select * from final
