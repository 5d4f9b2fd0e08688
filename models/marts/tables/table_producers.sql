with

counts as (

    select * from {{ ref('operation_counts') }}
    where period_role = 'measured'

),

settlements as (

    select * from {{ ref('table_settlements') }}

),

workbook_tables as (

    select * from {{ ref('workbook_tables') }}

),

report_regions as (

    select * from {{ ref('int_regions_grouped') }}

),

regions as (

    select * from {{ ref('dim_region') }}

),

categories as (

    select * from {{ ref('categories') }}

),

policies as (

    select * from {{ ref('disclosure_policies') }}

),

flags as (

    select * from {{ ref('int_settlements_flagged') }}

),

quality as (

    select * from {{ ref('count_quality') }}

),

-- Who operated is told of the settlements of a report and of the one under way: of two that look at the same months at
-- different cut-offs, the difference could tell what is hidden in each.
told as (

    select
        settlement_id,
        last_month
    from settlements
    where
        counts_from = 'par'
        and (
            is_under_way
            or settlement_id in (
                select workbook_tables.settlement_id
                from workbook_tables
                where workbook_tables.table_kind = 'producing_county'
            )
        )

),

-- the nation month by month; a region for the whole period alone, since two periods would tell what a month hides
scoped as (

    select
        counts.*,
        report_regions.region_code as shown_region_code,
        'month' as scope,
        counts.operation_month as shown_month
    from counts
    inner join report_regions
        on counts.region_code = report_regions.member_region_code and report_regions.region_code = '00'
    union all
    select
        counts.*,
        report_regions.region_code as shown_region_code,
        'so_far' as scope,
        told.last_month as shown_month
    from counts
    inner join told on counts.settlement_id = told.settlement_id
    inner join report_regions on counts.region_code = report_regions.member_region_code

),

summed as (

    select
        settlement_id,
        scoped.shown_region_code as region_code,
        scoped.category_id,
        scoped.shown_month as operation_month,
        scoped.scope,
    {% for column in [
        'operations', 'operations_home_region', 'operations_other_region', 'operations_unknown_region',
        'operations_private', 'operations_public', 'operations_unknown_ownership',
    ] -%}
        cast({{ complete_sum('scoped.' ~ column) }} as bigint) as {{ column }}
        {{- "," if not loop.last }}
    {% endfor %}
    from scoped
    inner join told using (settlement_id)
    group by settlement_id, scoped.shown_region_code, scoped.category_id, scoped.shown_month, scoped.scope

),

-- Private and public providers of a region are finer than what the agency publishes: where one is small, both are
-- hidden.
sized as (

    select
        summed.*,
        summed.region_code != '00'
        and least(summed.operations_private, summed.operations_public) < policies.smallest_shown
            as is_ownership_hidden
    from summed
    cross join policies
    where policies.policy_id = 'suppress_below_5'

),

final as (

    select
        sized.settlement_id,
        region_code,
        category_id,
        sized.operation_month,
        sized.scope,
        if(regions.is_nation, regions.report_name, region_code || ' ' || regions.report_name) as row_name,
        categories.category_name_sv as category_name,
        sized.operations,
        sized.operations_home_region,
        sized.operations_other_region,
        sized.operations_unknown_region,
        {{ percent('sized.operations_other_region', 'sized.operations') }} as other_region_percent,
        if(sized.is_ownership_hidden, null, sized.operations_private) as operations_private,
        if(sized.is_ownership_hidden, null, sized.operations_public) as operations_public,
        if(sized.is_ownership_hidden, null, sized.operations_unknown_ownership) as operations_unknown_ownership,
        if(
            sized.is_ownership_hidden,
            null,
            cast(round(100 * sized.operations_private / nullif(sized.operations, 0)) as integer)
        ) as private_percent,
        if(sized.scope = 'month', quality.flags, flags.flags) as flags,
        if(regions.is_nation, '99', region_code) as region_order,
        categories.category_order
    from sized
    inner join regions using (region_code)
    inner join categories using (category_id)
    left join flags
        on
            sized.settlement_id = flags.settlement_id
            and sized.region_code = flags.region_code
            and sized.category_id = flags.category_id
    left join quality
        on
            sized.settlement_id = quality.settlement_id
            and sized.region_code = quality.region_code
            and sized.category_id = quality.category_id
            and sized.operation_month = quality.operation_month

)

select * from final
