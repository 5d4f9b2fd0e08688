with

settlements as (

    select * from {{ ref('settlements') }}

),

round_categories as (

    select * from {{ ref('round_categories') }}

),

regions as (

    select * from {{ ref('regions') }}

),

months as (

    select * from {{ ref('int_settlement_months_expanded') }}

),

delivered as (

    select * from {{ ref('int_months_delivered') }}

),

decisions as (

    select * from {{ ref('int_decisions_counted') }}
    where reason = 'counted'

),

published as (

    select * from {{ ref('published_monthly_operations') }}

),

reported as (

    select * from {{ ref('int_volumes_reported') }}

),

-- a settlement counts all its categories from published tables, or each from the source that its round names
cells as (

    select
        settlement_id,
        settlements.cutoff_date,
        regions.region_code,
        round_categories.category_id,
        months.operation_month,
        months.period_role,
        if(settlements.counts_from = 'published', 'published', round_categories.counts_from) as counts_from,
        coalesce(delivered.delivered_date <= settlements.cutoff_date, false) as is_delivered
    from settlements
    inner join round_categories using (round_id)
    inner join months using (settlement_id)
    cross join regions
    left join delivered
        on
            regions.region_code = delivered.region_code
            and months.operation_month = delivered.operation_month

),

counted as (

    select
        settlement_id,
        region_code,
        category_id,
        operation_month,
        cast(sum(rows_decided) as bigint) as operations,
        cast(sum(rows_decided) filter (where producing_region_code = region_code) as bigint)
            as operations_home_region,
        cast(sum(rows_decided) filter (where producing_region_code != region_code) as bigint)
            as operations_other_region,
        cast(sum(rows_decided) filter (where producing_region_code is null) as bigint)
            as operations_unknown_region,
        cast(sum(rows_decided) filter (where hospital_ownership = 'private') as bigint) as operations_private,
        cast(sum(rows_decided) filter (where hospital_ownership = 'public') as bigint) as operations_public,
        cast(sum(rows_decided) filter (where hospital_ownership = 'unknown') as bigint)
            as operations_unknown_ownership
    from decisions
    group by settlement_id, region_code, category_id, operation_month

),

final as (

    select
        cells.settlement_id,
        cells.region_code,
        cells.category_id,
        cells.operation_month,
        cells.period_role,
        cells.counts_from,
        -- a month without an operation has 0 of them once it is delivered, and an unknown number before (A6, A7)
        case
            when cells.counts_from = 'published' then published.operations
            when cells.counts_from = 'region_reports' then reported.operations
            when cells.is_delivered then coalesce(counted.operations, 0)
        end as operations,
    {% for split in [
        'operations_home_region', 'operations_other_region', 'operations_unknown_region', 'operations_private',
        'operations_public', 'operations_unknown_ownership',
    ] -%}
        if(cells.counts_from = 'par' and cells.is_delivered, coalesce(counted.{{ split }}, 0), null) as {{ split }}
        {{- "," if not loop.last }}
    {% endfor %}
    from cells
    left join counted
        on
            cells.settlement_id = counted.settlement_id
            and cells.region_code = counted.region_code
            and cells.category_id = counted.category_id
            and cells.operation_month = counted.operation_month
    left join published
        on
            cells.region_code = published.region_code
            and cells.category_id = published.category_id
            and cells.operation_month = published.operation_month
            and cells.cutoff_date = published.cutoff_date
    left join reported
        on
            cells.region_code = reported.region_code
            and cells.category_id = reported.category_id
            and cells.operation_month = reported.operation_month
            and cells.cutoff_date >= reported.reported_date
            and coalesce(cells.cutoff_date < reported.superseded_date, true)

)

select * from final
