with

settlements as (

    select * from {{ ref('settlements') }}
    where counts_from = 'par'

),

choices as (

    select max(value) filter (where choice_id = 'recent_months') as recent_months
    from {{ ref('follow_up_choices') }}

),

periods as (

    select * from {{ ref('round_periods') }}

),

counts as (

    select * from {{ ref('operation_counts') }}

),

-- how many months the whole period of a round has, and over how many years its mean is taken
rounds as (

    select
        round_id,
        sum(datediff('month', period_start, period_end) + 1) filter (where period_role = 'measured')
            as months_in_period,
        count(*) filter (where period_role = 'baseline') as baseline_years
    from periods
    group by round_id

),

recent_months as (

    select
        months.settlement_id,
        months.operation_month,
        count(*) over (partition by months.settlement_id) as months_measured
    from {{ ref('int_settlement_months_expanded') }} as months
    cross join choices
    where months.period_role = 'measured'
    qualify
        row_number() over (partition by months.settlement_id order by months.operation_month desc)
        <= choices.recent_months

),

recent as (

    select
        counts.settlement_id,
        counts.region_code,
        counts.category_id,
        any_value(recent_months.months_measured) as months_measured,
        count(distinct recent_months.operation_month) as months_recent,
        {{ complete_sum('counts.operations') }} as operations
    from counts
    inner join recent_months
        on
            counts.settlement_id = recent_months.settlement_id
            and counts.operation_month = recent_months.operation_month
    group by counts.settlement_id, counts.region_code, counts.category_id

),

final as (

    select
        settlement_id,
        round_id,
        recent.region_code,
        recent.category_id,
        cast(recent.months_measured as integer) as months_measured,
        cast(rounds.months_in_period - recent.months_measured as integer) as months_to_come,
        cast(recent.months_recent as integer) as recent_months,
        cast(recent.operations as bigint) as recent_operations,
        cast(rounds.baseline_years as integer) as baseline_years
    from settlements
    inner join rounds using (round_id)
    inner join recent using (settlement_id)

)

select * from final
