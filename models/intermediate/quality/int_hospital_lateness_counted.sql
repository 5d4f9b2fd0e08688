with

operations as (

    select * from {{ ref('int_operations_judged') }}
    -- rows that count on some day
    where counted_from < coalesce(superseded_date, date '9999-12-31')

),

periods as (

    select * from {{ ref('int_settlement_periods_limited') }}
    where counts_from = 'par' and period_role = 'measured'

),

round_categories as (

    select * from {{ ref('round_categories') }}
    where counts_from = 'par'

),

disclosed as (

    select * from {{ ref('disclosed_settlements') }}

),

choices as (

    select max(value) filter (where choice_id = 'reporting_months') as reporting_months
    from {{ ref('follow_up_choices') }}

),

layout_gaps as (

    select * from {{ ref('int_layout_gaps_found') }}
    where gap = 'vintage'

),

-- a contact is delivered again for months, so that the row in force may be younger than the operation's first one
seen as (

    select
        settlement_id,
        round_categories.category_id,
        operations.home_region_code as region_code,
        coalesce(operations.hospital_code, '') as hospital_code,
        {{ decision_reason('operations', 'periods.cutoff_date') }} as reason,
        last_day(operations.operation_date + to_months(cast(choices.reporting_months as integer))) as due_date,
        min(operations.counted_from) over (
            partition by settlement_id, round_categories.category_id, operations.operation_key
        ) as first_counted_from
    from disclosed
    cross join choices
    -- while nobody knows what came when, nothing is in time either
    anti join layout_gaps on disclosed.settlement_id = layout_gaps.settlement_id
    inner join periods using (settlement_id)
    inner join round_categories on periods.round_id = round_categories.round_id
    inner join operations
        on
            round_categories.definition_id = operations.definition_id
            and operations.operation_date between periods.period_start and periods.period_end

),

final as (

    select
        settlement_id,
        region_code,
        category_id,
        hospital_code,
        count(*) as operations,
        count(*) filter (where first_counted_from > due_date) as late_operations
    from seen
    where reason = 'counted'
    group by settlement_id, region_code, category_id, hospital_code

)

select * from final
