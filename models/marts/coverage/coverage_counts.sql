with

claimed as (

    select * from {{ ref('int_claimed_months_expanded') }}

),

decisions as (

    select * from {{ ref('int_decisions_counted') }}
    where reason = 'counted'

),

list_rows as (

    select * from {{ ref('int_list_rows_read') }}

),

matched as (

    select * from {{ ref('int_list_operations_matched') }}
    where reason = 'counted'

),

hospitals as (

    select * from {{ ref('hospitals') }}

),

-- what the list has, by its own month, region and hospital
listed as (

    select
        settlement_id,
        list_id,
        category_id,
        region_code,
        operation_month,
        period_role,
        hospital_code,
        outcome as measure,
        true as is_of_list,
        count(*) as measured
    from {{ ref('coverage_decisions') }}
    group by all

),

-- what both have, by the month, region and hospital of the register, so that it is a part of the operations counted
paired as (

    select
        list_rows.list_id,
        matched.cutoff_date,
        matched.definition_id,
        matched.register_region_code as region_code,
        cast(date_trunc('month', matched.register_date) as date) as operation_month,
        matched.register_hospital_code as hospital_code,
        if(matched.days_apart = 0, 'in_both_same_day', 'in_both_another_day') as measure,
        count(*) as measured
    from matched
    inner join list_rows on matched.list_row = list_rows.list_row
    group by all

),

measured as (

    select * from listed
    union all
    select
        claimed.settlement_id,
        claimed.list_id,
        claimed.category_id,
        claimed.region_code,
        claimed.operation_month,
        claimed.period_role,
        paired.hospital_code,
        paired.measure,
        false as is_of_list,
        paired.measured
    from claimed
    inner join paired
        on
            claimed.list_id = paired.list_id
            and claimed.cutoff_date = paired.cutoff_date
            and claimed.definition_id = paired.definition_id
            and claimed.region_code = paired.region_code
            and claimed.operation_month = paired.operation_month
    union all
    select
        claimed.settlement_id,
        claimed.list_id,
        claimed.category_id,
        claimed.region_code,
        claimed.operation_month,
        claimed.period_role,
        decisions.hospital_code,
        'operations' as measure,
        false as is_of_list,
        decisions.rows_decided as measured
    from claimed
    inner join decisions
        on
            claimed.settlement_id = decisions.settlement_id
            and claimed.category_id = decisions.category_id
            and claimed.region_code = decisions.region_code
            and claimed.operation_month = decisions.operation_month

),

summed as (

    select
        settlement_id,
        list_id,
        category_id,
        region_code,
        operation_month,
        period_role,
        coalesce(hospital_code, '') as hospital_code,
        {% for measure in [
            'operations', 'in_both_same_day', 'in_both_another_day', 'received_after_cutoff', 'not_in_register',
            'excluded', 'same_person_same_day', 'invalid_person_id',
        ] -%}
            cast(coalesce(sum(measured) filter (where measure = '{{ measure }}'), 0) as bigint) as {{ measure }},
        {% endfor -%}
        cast(coalesce(sum(measured) filter (where is_of_list), 0) as bigint) as rows_listed
    from measured
    group by all

),

final as (

    select
        summed.settlement_id,
        summed.list_id,
        summed.category_id,
        summed.region_code,
        summed.operation_month,
        summed.period_role,
        hospital_code,
        hospitals.hospital_name,
        summed.rows_listed,
        summed.operations,
        summed.in_both_same_day + summed.in_both_another_day as in_both,
        summed.in_both_another_day,
        summed.received_after_cutoff + summed.not_in_register as list_only,
        summed.received_after_cutoff,
        summed.not_in_register,
        summed.operations - summed.in_both_same_day - summed.in_both_another_day as register_only,
        summed.excluded,
        summed.same_person_same_day,
        summed.invalid_person_id
    from summed
    left join hospitals using (hospital_code)

)

select * from final
