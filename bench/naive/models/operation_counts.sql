-- R8, R9
with periods as (
    select
        settlements.settlement_id,
        settlements.round_id,
        cast(settlements.cutoff_date as date) as cutoff_date,
        periods.period_role,
        cast(periods.period_start as date) as start_date,
        if(settlements.measured_through is null, cast(periods.period_end as date), least(
            cast(periods.period_end as date),
            last_day(start_date + to_months(datediff(
                'month',
                min(start_date) filter (where periods.period_role = 'measured') over (partition by settlements.settlement_id),
                cast(settlements.measured_through as date)
            )))
        )) as end_date
    from {{ source('seeds', 'settlements') }} as settlements
    inner join {{ source('seeds', 'round_periods') }} as periods using (round_id)
    where settlements.counts_from = 'par'
),
measured as (
    select
        periods.*,
        categories.category_id,
        categories.definition_id
    from periods
    inner join {{ source('seeds', 'round_categories') }} as categories using (round_id)
    where categories.counts_from = 'par'
),
cells as (
    select
        measured.settlement_id,
        regions.region_code,
        measured.category_id,
        cast(unnest(generate_series(measured.start_date, measured.end_date, interval 1 month)) as date) as operation_month,
        measured.period_role
    from measured
    cross join {{ source('seeds', 'regions') }} as regions
),
counted as (
    select
        measured.settlement_id,
        operations.region_code,
        measured.category_id,
        cast(date_trunc('month', operations.operation_date) as date) as operation_month,
        count(*) as operations,
        count(*) filter (where hospitals.region_code = operations.region_code) as operations_home_region,
        count(*) filter (where hospitals.region_code != operations.region_code) as operations_other_region,
        count(*) filter (where hospitals.region_code is null) as operations_unknown_region,
        count(*) filter (where hospitals.ownership = 'private') as operations_private,
        count(*) filter (where hospitals.ownership = 'public') as operations_public,
        count(*) filter (where hospitals.ownership is null) as operations_unknown_ownership
    from measured
    inner join {{ ref('operations') }} as operations
        on
            measured.definition_id = operations.definition_id
            and operations.operation_date between measured.start_date and measured.end_date
            and operations.received_date <= measured.cutoff_date
            and coalesce(operations.superseded_date > measured.cutoff_date, true)
            and coalesce(operations.earlier_in_force_until <= measured.cutoff_date, true)
    left join {{ source('seeds', 'hospitals') }} as hospitals using (hospital_code)
    group by all
)
select
    settlement_id,
    region_code,
    category_id,
    operation_month,
    period_role,
    coalesce(columns('operations.*'), 0)
from cells
left join counted using (settlement_id, region_code, category_id, operation_month)
