{#
    On every day of every period of a round, each code list that its categories use has at least one valid code. A list
    that ends or begins inside a period would count nothing for the days outside it: fewer operations, less money or a
    lower baseline, and every number would still look like one.
#}
with

days as (

    select
        round_id,
        cast(unnest(generate_series(period_start, period_end, interval 1 day)) as date) as operation_date
    from {{ ref('round_periods') }}

),

lists as (

    select
        round_categories.round_id,
        definitions.procedure_list_id as list_id
    from {{ ref('round_categories') }} as round_categories
    inner join {{ ref('operation_definitions') }} as definitions using (definition_id)
    union
    select
        round_categories.round_id,
        definitions.diagnosis_list_id as list_id
    from {{ ref('round_categories') }} as round_categories
    inner join {{ ref('operation_definitions') }} as definitions using (definition_id)
    where definitions.diagnosis_list_id is not null

),

codes as (

    select
        list_id,
        valid_from,
        valid_to
    from {{ ref('procedure_codes') }}
    union all
    select
        list_id,
        valid_from,
        valid_to
    from {{ ref('diagnosis_codes') }}

)

select
    round_id,
    lists.list_id,
    min(days.operation_date) as first_day_without_code,
    count(*) as days_without_code
from lists
inner join days using (round_id)
where
    not exists (
        select 1 from codes
        where
            codes.list_id = lists.list_id
            and days.operation_date >= codes.valid_from
            and days.operation_date <= coalesce(codes.valid_to, days.operation_date)
    )
group by round_id, lists.list_id
