with

decisions as (

    select * from {{ ref('coverage_decisions') }}
    where outcome != 'counted'

),

register_only as (

    select * from {{ ref('coverage_register_only') }}

),

categories as (

    select * from {{ ref('categories') }}

),

hospitals as (

    select * from {{ ref('hospitals') }}

),

lists as (

    select * from {{ ref('coverage_lists') }}

),

outcomes as (

    select * from {{ ref('coverage_outcomes') }}

),

reasons as (

    select * from {{ ref('decision_reasons') }}

),

differences as (

    select
        settlement_id,
        list_id,
        period_role,
        region_code,
        category_id,
        hospital_code,
        operation_date,
        outcome,
        if(outcome = 'excluded', reason, null) as reason,
        days_apart,
        days_left,
        file_name,
        row_in_file,
        contact_key
    from decisions
    union all
    select
        settlement_id,
        list_id,
        period_role,
        region_code,
        category_id,
        hospital_code,
        operation_date,
        null as outcome,
        null as reason,
        null as days_apart,
        null as days_left,
        null as file_name,
        null as row_in_file,
        contact_key
    from register_only

),

final as (

    select
        differences.settlement_id,
        differences.region_code,
        hospital_code,
        hospitals.hospital_name,
        if(differences.period_role = 'measured', 'mätperiod', 'jämförelseår') as period_name,
        categories.category_name_sv as category_name,
        differences.operation_date,
        coalesce(outcomes.outcome_sv, 'Finns bara i registret') as outcome_name,
        reasons.reason_sv as reason_name,
        differences.days_apart,
        differences.days_left,
        list_id,
        lists.list_name_sv as list_name,
        differences.file_name,
        differences.row_in_file,
        differences.contact_key,
        differences.period_role,
        categories.category_order,
        outcomes.outcome_order
    from differences
    inner join categories using (category_id)
    inner join lists using (list_id)
    left join outcomes using (outcome)
    left join reasons using (reason)
    left join hospitals using (hospital_code)

)

select * from final
