with

shares as (

    select * from {{ ref('int_counts_assessed') }}

),

settlements as (

    select * from {{ ref('settlements') }}

),

completeness as (

    select * from {{ ref('int_completeness_by_age') }}

),

flags as (

    select * from {{ ref('quality_flags') }}

),

issues as (

    select * from {{ ref('known_reporting_issues') }}

),

known as (

    select
        shares.settlement_id,
        shares.region_code,
        shares.category_id,
        shares.operation_month,
        shares.period_role,
        shares.operations,
        shares.is_not_delivered,
        shares.late_operations,
        shares.imputed_date_operations,
        shares.invalid_identity_rows,
        shares.unknown_hospital_operations,
        completeness.operations_when_as_old,
        completeness.operations_now,
        {{ percent('shares.late_operations', 'shares.operations') }} as late_percent,
        {{ percent('completeness.operations_when_as_old', 'completeness.operations_now') }}
            as expected_completeness_percent,
        {{ percent('shares.imputed_date_operations', 'shares.operations') }} as imputed_date_percent,
        {{ percent('shares.invalid_identity_rows', '(shares.operations + shares.invalid_identity_rows)') }}
            as invalid_identity_percent,
        {{ percent('shares.unknown_hospital_operations', 'shares.operations') }} as unknown_hospital_percent
    from shares
    inner join settlements on shares.settlement_id = settlements.settlement_id
    left join completeness
        on
            shares.settlement_id = completeness.settlement_id
            and shares.region_code = completeness.region_code
            and shares.category_id = completeness.category_id
            and datediff('month', shares.operation_month, settlements.cutoff_date) = completeness.age

),

flagged as (

    select
        known.settlement_id,
        known.region_code,
        known.category_id,
        known.operation_month,
        string_agg(flags.flag_id, ' ' order by flags.flag_order) as flags,
        max(issues.coverage_low_percent) as coverage_low_percent,
        max(issues.coverage_high_percent) as coverage_high_percent
    from known
    cross join flags
    left join issues
        on
            flags.flag_id = issues.flag_id
            and known.region_code = issues.region_code
            and known.category_id = coalesce(issues.category_id, known.category_id)
            and known.operation_month >= coalesce(issues.first_month, known.operation_month)
            and known.operation_month <= coalesce(issues.last_month, known.operation_month)
    where
        issues.flag_id is not null
        or case flags.flag_id
            when 'not_delivered' then known.is_not_delivered
            when 'incomplete' then known.expected_completeness_percent < flags.threshold_percent
            -- not by the percent, which has no number where everything was withdrawn
            when 'expected_withdrawals'
                then 100 * known.operations_when_as_old > flags.threshold_percent * known.operations_now
            when 'late_reports' then known.late_percent > flags.threshold_percent
            when 'imputed_dates' then known.imputed_date_percent > flags.threshold_percent
            when 'invalid_identities' then known.invalid_identity_percent > flags.threshold_percent
            when 'unknown_hospitals' then known.unknown_hospital_percent > flags.threshold_percent
        end
    group by known.settlement_id, known.region_code, known.category_id, known.operation_month

),

final as (

    select
        settlement_id,
        region_code,
        category_id,
        operation_month,
        known.period_role,
        cast(known.operations as bigint) as operations,
        known.is_not_delivered,
        known.expected_completeness_percent,
        cast(known.late_operations as bigint) as late_operations,
        known.late_percent,
        cast(known.imputed_date_operations as bigint) as imputed_date_operations,
        known.imputed_date_percent,
        cast(known.invalid_identity_rows as bigint) as invalid_identity_rows,
        known.invalid_identity_percent,
        cast(known.unknown_hospital_operations as bigint) as unknown_hospital_operations,
        known.unknown_hospital_percent,
        flagged.coverage_low_percent,
        flagged.coverage_high_percent,
        flagged.flags
    from known
    left join flagged using (settlement_id, region_code, category_id, operation_month)

)

select * from final
