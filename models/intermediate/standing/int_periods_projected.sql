with

settlements as (

    select * from {{ ref('settlements') }}
    where counts_from = 'par'

),

choices as (

    select value as recent_months
    from {{ ref('follow_up_choices') }}
    where choice_id = 'recent_months'

),

periods as (

    select * from {{ ref('round_periods') }}
    where period_role = 'measured'

),

round_categories as (

    select * from {{ ref('round_categories') }}

),

regions as (

    select * from {{ ref('regions') }}

),

months as (

    select * from {{ ref('int_settlement_months_expanded') }}
    where period_role = 'measured'

),

counts as (

    select * from {{ ref('operation_counts') }}

),

known_shares as (

    -- the nation's, since a region's late reports are few
    select
        settlement_id,
        category_id,
        age,
        operations_when_as_old / nullif(operations_now, 0) as known_share
    from {{ ref('int_completeness_by_age') }}
    where region_code = '00'

),

years_before as (

    select * from {{ ref('int_comparison_months_counted') }}
    where compared_as = 'year_before'

),

-- the day by which the whole period is counted first
ends as (

    select
        round_id,
        min(cutoff_date) as end_date
    from settlements
    where measured_through is null
    group by round_id

),

whole_periods as (

    select
        settlements.settlement_id,
        settlements.round_id,
        settlements.cutoff_date,
        greatest(coalesce(ends.end_date, settlements.cutoff_date), settlements.cutoff_date) as end_date,
        cast(unnest(generate_series(
            date_trunc('month', periods.period_start), periods.period_end, interval 1 month
        )) as date) as operation_month
    from settlements
    inner join periods on settlements.round_id = periods.round_id
    left join ends on settlements.round_id = ends.round_id

),

period_months as (

    select
        whole_periods.*,
        months.operation_month is not null as is_measured,
        datediff('month', whole_periods.operation_month, whole_periods.cutoff_date) as age,
        datediff('month', whole_periods.operation_month, whole_periods.end_date) as age_in_the_end,
        row_number() over (
            partition by whole_periods.settlement_id, months.operation_month is not null
            order by whole_periods.operation_month desc
        ) as months_back
    from whole_periods
    left join months
        on
            whole_periods.settlement_id = months.settlement_id
            and whole_periods.operation_month = months.operation_month

),

-- a share that nothing tells is taken for the whole
cells as (

    select
        period_months.settlement_id,
        regions.region_code,
        round_categories.category_id,
        period_months.is_measured,
        period_months.months_back,
        counts.operations,
        coalesce(nullif(then_known.known_share, 0), 1) as known_share,
        coalesce(nullif(in_the_end.known_share, 0), 1) as share_in_the_end,
        years_before.operations as operations_year_before
    from period_months
    inner join round_categories on period_months.round_id = round_categories.round_id
    cross join regions
    left join counts
        on
            period_months.settlement_id = counts.settlement_id
            and period_months.operation_month = counts.operation_month
            and round_categories.category_id = counts.category_id
            and regions.region_code = counts.region_code
    left join known_shares as then_known
        on
            period_months.settlement_id = then_known.settlement_id
            and period_months.age = then_known.age
            and round_categories.category_id = then_known.category_id
    left join known_shares as in_the_end
        on
            period_months.settlement_id = in_the_end.settlement_id
            and period_months.age_in_the_end = in_the_end.age
            and round_categories.category_id = in_the_end.category_id
    left join years_before
        on
            period_months.settlement_id = years_before.settlement_id
            and period_months.operation_month = years_before.operation_month + interval 1 year
            and round_categories.category_id = years_before.category_id
            and regions.region_code = years_before.region_code

),

-- how the last measured months are, once complete, against the same months of the year before
levels as (

    select
        cells.settlement_id,
        cells.region_code,
        cells.category_id,
        avg(cells.operations / cells.known_share) as a_month,
        if(
            count(cells.operations_year_before) = count(*),
            sum(cells.operations / cells.known_share) / nullif(sum(cells.operations_year_before), 0),
            null
        ) as to_year_before
    from cells
    cross join choices
    where cells.is_measured and cells.months_back <= choices.recent_months
    group by cells.settlement_id, cells.region_code, cells.category_id

),

-- A measured month grows by the reports to come. A month to come is that of the year before at the present level, or,
-- where a month of the year before is not known or had none, the average of the recent ones.
projected as (

    select
        cells.settlement_id,
        cells.region_code,
        cells.category_id,
        sum(
            case
                when cells.is_measured then cells.operations * cells.share_in_the_end / cells.known_share
                else
                    coalesce(levels.to_year_before * cells.operations_year_before, levels.a_month)
                    * cells.share_in_the_end
            end
        ) as operations,
        count(cells.operations) filter (where cells.is_measured) = count(*) filter (where cells.is_measured)
            as is_known
    from cells
    inner join levels
        on
            cells.settlement_id = levels.settlement_id
            and cells.region_code = levels.region_code
            and cells.category_id = levels.category_id
    group by cells.settlement_id, cells.region_code, cells.category_id

),

final as (

    select
        settlement_id,
        region_code,
        category_id,
        -- halves up, as A3; to six decimals first, since a half may come out just below it as a binary fraction
        cast(if(is_known, floor(round(operations, 6) + 0.5), null) as bigint) as projected_operations
    from projected

)

select * from final
