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

-- months whose counts still grow by late reports at the cut-off date, and how many months old they are then
recent_months as (

    select
        settlement_id,
        settlements.round_id,
        settlements.cutoff_date,
        months.operation_month,
        datediff('month', months.operation_month, settlements.cutoff_date) as age
    from {{ ref('int_settlement_months_expanded') }} as months
    inner join settlements using (settlement_id)
    -- nobody knows what came when
    anti join layout_gaps using (settlement_id)
    cross join choices
    where
        datediff('month', months.operation_month, settlements.cutoff_date) between 0 and choices.settled_months - 1

),

-- each of them beside the last months before it whose counts no longer grow
history_months as (

    select
        recent_months.*,
        cast(unnest(generate_series(
            recent_months.operation_month
            + to_months(recent_months.age + 1 - choices.settled_months - choices.history_months),
            recent_months.operation_month + to_months(recent_months.age - choices.settled_months),
            interval 1 month
        )) as date) as history_month
    from recent_months
    cross join choices

),

-- the day on which the earlier month had that age
history as (

    select
        *,
        cutoff_date + to_months(age - datediff('month', history_month, cutoff_date)) as as_old_date
    from history_months

),

-- how much of what is known today about those earlier months was known when they had the age of the recent month
final as (

    select
        history.settlement_id,
        report_regions.region_code,
        categories.category_id,
        history.operation_month,
        coalesce(sum(changes.net_change) filter (where changes.change_date <= history.as_old_date), 0)
            as operations_when_as_old,
        sum(changes.net_change) as operations_now
    from history
    inner join categories using (round_id)
    inner join changes
        on
            categories.definition_id = changes.definition_id
            and history.history_month = changes.operation_month
            and history.cutoff_date >= changes.change_date
    inner join report_regions on changes.region_code = report_regions.member_region_code
    group by history.settlement_id, report_regions.region_code, categories.category_id, history.operation_month

)

select * from final
