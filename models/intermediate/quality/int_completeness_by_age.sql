with

settlements as (

    select * from {{ ref('settlements') }}
    where counts_from = 'par'

),

layout_gaps as (

    select * from {{ ref('int_layout_gaps_found') }}
    where gap = 'vintage'

),

categories as (

    select * from {{ ref('round_categories') }}
    where counts_from = 'par'

),

choices as (

    select
        max(value) filter (where choice_id = 'settled_months') as settled_months,
        max(value) filter (where choice_id = 'history_months') as history_months
    from {{ ref('follow_up_choices') }}

),

report_regions as (

    select * from {{ ref('int_regions_grouped') }}

),

changes as (

    select * from {{ ref('int_count_changes_dated') }}

),

-- the ages at which months still grow by late reports
ages as (

    select unnest(generate_series(0, settled_months - 1)) as age
    from choices

),

settled as (

    select unnest(generate_series(settled_months, settled_months + history_months - 1)) as months_ago
    from choices

),

-- the latest settled months, and the day on which each was so many months old
history as (

    select
        settlements.settlement_id,
        settlements.round_id,
        settlements.cutoff_date,
        ages.age,
        cast(date_trunc('month', settlements.cutoff_date) - to_months(cast(settled.months_ago as integer)) as date)
            as operation_month,
        settlements.cutoff_date - to_months(cast(settled.months_ago - ages.age as integer)) as as_old_date
    from settlements
    -- nobody knows what came when
    anti join layout_gaps using (settlement_id)
    cross join ages
    cross join settled

),

final as (

    select
        history.settlement_id,
        report_regions.region_code,
        categories.category_id,
        history.age,
        coalesce(sum(changes.net_change) filter (where changes.change_date <= history.as_old_date), 0)
            as operations_when_as_old,
        sum(changes.net_change) as operations_now
    from history
    inner join categories using (round_id)
    inner join changes
        on
            categories.definition_id = changes.definition_id
            and history.operation_month = changes.operation_month
            and history.cutoff_date >= changes.change_date
    inner join report_regions on changes.region_code = report_regions.member_region_code
    group by history.settlement_id, report_regions.region_code, categories.category_id, history.age

)

select * from final
