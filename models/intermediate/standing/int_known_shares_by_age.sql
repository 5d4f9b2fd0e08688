with

settlements as (

    select * from {{ ref('settlements') }}
    where counts_from = 'par'

),

choices as (

    select
        max(value) filter (where choice_id = 'settled_months') as settled_months,
        max(value) filter (where choice_id = 'history_months') as history_months
    from {{ ref('follow_up_choices') }}

),

round_categories as (

    select * from {{ ref('round_categories') }}

),

changes as (

    select * from {{ ref('int_count_changes_dated') }}

),

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
    cross join ages
    cross join settled

),

final as (

    select
        history.settlement_id,
        round_categories.category_id,
        history.age,
        coalesce(sum(changes.net_change) filter (where changes.change_date <= history.as_old_date), 0)
        / nullif(sum(changes.net_change), 0) as known_share
    from history
    inner join round_categories on history.round_id = round_categories.round_id
    inner join changes
        on
            round_categories.definition_id = changes.definition_id
            and history.operation_month = changes.operation_month
            and history.cutoff_date >= changes.change_date
    group by history.settlement_id, round_categories.category_id, history.age

)

select * from final
