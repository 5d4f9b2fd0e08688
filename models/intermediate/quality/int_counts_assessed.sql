with

settlements as (

    select * from {{ ref('settlements') }}

),

counts as (

    select * from {{ ref('operation_counts') }}

),

categories as (

    select * from {{ ref('round_categories') }}

),

report_regions as (

    select * from {{ ref('int_regions_grouped') }}

),

decisions as (

    select * from {{ ref('int_decisions_counted') }}
    where reason in ('counted', 'invalid_person_id')

),

changes as (

    select * from {{ ref('int_count_changes_dated') }}

),

choices as (

    select max(value) filter (where choice_id = 'reporting_months') as reporting_months
    from {{ ref('follow_up_choices') }}

),

layout_gaps as (

    select * from {{ ref('int_layout_gaps_found') }}
    where gap = 'vintage'

),

-- what counts and what would have counted with an identity
received as (

    select
        settlement_id,
        region_code,
        category_id,
        operation_month,
        sum(rows_with_imputed_date) filter (where reason = 'counted') as imputed_date_operations,
        sum(rows_decided) filter (where reason = 'invalid_person_id') as invalid_identity_rows
    from decisions
    where region_code is not null
    group by settlement_id, region_code, category_id, operation_month

),

-- operations are to be reported by the end of so many months after they were done
reported_in_time as (

    select
        settlement_id,
        counts.region_code,
        counts.category_id,
        counts.operation_month,
        sum(changes.net_change) as operations
    from counts
    inner join settlements using (settlement_id)
    inner join categories
        on
            settlements.round_id = categories.round_id
            and counts.category_id = categories.category_id
    cross join choices
    inner join changes
        on
            categories.definition_id = changes.definition_id
            and counts.region_code = changes.region_code
            and counts.operation_month = changes.operation_month
            and settlements.cutoff_date >= changes.change_date
            and last_day(counts.operation_month + to_months(cast(choices.reporting_months as integer)))
            >= changes.change_date
    where counts.counts_from = 'par'
    group by settlement_id, counts.region_code, counts.category_id, counts.operation_month

),

by_region as (

    select
        settlement_id,
        region_code,
        category_id,
        operation_month,
        counts.period_role,
        counts.counts_from,
        counts.operations,
        counts.operations_unknown_region as unknown_hospital_operations,
        counts.operations is null as is_not_delivered,
        counts.counts_from = 'par' and counts.operations is not null as is_from_contacts,
        -- unknown while nobody knows what came when
        if(
            is_from_contacts and layout_gaps.settlement_id is null, coalesce(reported_in_time.operations, 0), null
        ) as operations_in_time,
        if(is_from_contacts, coalesce(received.imputed_date_operations, 0), null) as imputed_date_operations,
        if(is_from_contacts, coalesce(received.invalid_identity_rows, 0), null) as invalid_identity_rows
    from counts
    left join received using (settlement_id, region_code, category_id, operation_month)
    left join reported_in_time using (settlement_id, region_code, category_id, operation_month)
    left join layout_gaps using (settlement_id)
    where counts.counts_from != 'published'

),

final as (

    select
        by_region.settlement_id,
        report_regions.region_code,
        by_region.category_id,
        by_region.operation_month,
        by_region.period_role,
        {{ complete_sum('by_region.operations') }} as operations,
        {{ complete_sum('by_region.operations - by_region.operations_in_time') }} as late_operations,
        {{ complete_sum('by_region.imputed_date_operations') }} as imputed_date_operations,
        {{ complete_sum('by_region.invalid_identity_rows') }} as invalid_identity_rows,
        {{ complete_sum('by_region.unknown_hospital_operations') }} as unknown_hospital_operations,
        bool_or(by_region.is_not_delivered) as is_not_delivered
    from by_region
    inner join report_regions on by_region.region_code = report_regions.member_region_code
    group by all

)

select * from final
