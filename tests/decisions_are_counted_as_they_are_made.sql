{# What marts count (`int_decisions_counted`) is what auditors see by row (`contact_decisions`), reason by reason, with
   what the counts are split by (R4, R9). #}
with

made as (

    select
        settlement_id,
        period_role,
        region_code,
        category_id,
        operation_month,
        reason,
        count(*) as decisions,
        count(*) filter (where care_type = 'inpatient' and operation_date_source = 'contact_start') as imputed_dates,
        count(*) filter (where reason = 'counted' and producing_region_code = region_code) as in_home_region,
        count(*) filter (where reason = 'counted' and hospital_ownership = 'private') as by_private,
        count(*) filter (where reason = 'counted' and hospital_ownership = 'unknown') as by_unknown
    from {{ ref('contact_decisions') }}
    group by settlement_id, period_role, region_code, category_id, operation_month, reason

),

counted as (

    select
        settlement_id,
        period_role,
        region_code,
        category_id,
        operation_month,
        reason,
        sum(rows_decided) as decisions,
        sum(rows_with_imputed_date) as imputed_dates,
        coalesce(sum(rows_decided) filter (where producing_region_code = region_code), 0) as in_home_region,
        coalesce(sum(rows_decided) filter (where hospital_ownership = 'private'), 0) as by_private,
        coalesce(sum(rows_decided) filter (where hospital_ownership = 'unknown'), 0) as by_unknown
    from {{ ref('int_decisions_counted') }}
    group by settlement_id, period_role, region_code, category_id, operation_month, reason

)

select
    made.settlement_id,
    counted.settlement_id as counted_settlement_id,
    made.reason,
    made.decisions as decisions_made,
    counted.decisions as decisions_counted
from made
full join counted
    on
        made.settlement_id = counted.settlement_id
        and made.period_role = counted.period_role
        and coalesce(made.region_code, '') = coalesce(counted.region_code, '')
        and made.category_id = counted.category_id
        and made.operation_month = counted.operation_month
        and made.reason = counted.reason
where
    made.decisions is distinct from counted.decisions
    or made.imputed_dates is distinct from counted.imputed_dates
    or made.in_home_region is distinct from counted.in_home_region
    or made.by_private is distinct from counted.by_private
    or made.by_unknown is distinct from counted.by_unknown
