with

files as (

    select * from {{ ref('stg_par__files') }}

),

deliveries as (

    select * from {{ ref('stg_par__deliveries') }}

),

quarantined as (

    select * from {{ ref('quarantined_rows') }}

),

rows_found as (

    select * from {{ ref('int_contact_rows_read') }}
    where contact_row_key is not null

),

operations as (

    select * from {{ ref('int_contact_operations') }}

),

procedure_codes as (

    select distinct {{ normalized_code('code') }} as code
    from {{ ref('procedure_codes') }}

),

periods as (

    select distinct
        round_categories.definition_id,
        periods.period_start,
        periods.period_end
    from {{ ref('int_settlement_periods_limited') }} as periods
    inner join {{ ref('round_categories') }} as round_categories using (round_id)
    where periods.counts_from = 'par' and round_categories.counts_from = 'par'

),

codes_found as (

    select
        contact_row_key,
        unnest(procedure_codes) as code
    from rows_found

),

rows_with_listed_code as (

    select distinct codes_found.contact_row_key
    from codes_found
    inner join procedure_codes using (code)

),

-- an operation without a date is in no period, and one that no definition knows is not here
furthest as (

    select
        operations.contact_row_key,
        bool_or(operations.operation_date is not null) as has_date,
        bool_or(periods.definition_id is not null) as is_in_a_period
    from operations
    left join periods
        on
            operations.definition_id = periods.definition_id
            and operations.operation_date between periods.period_start and periods.period_end
    group by operations.contact_row_key

),

found as (

    select
        rows_found.file_name,
        case
            when furthest.is_in_a_period then 'decided'
            when furthest.has_date then 'outside_every_period'
            when furthest.contact_row_key is not null then 'no_operation_date'
            when rows_with_listed_code.contact_row_key is not null then 'outside_every_period'
            when rows_found.resembles_listed_code then 'resembles_a_listed_code'
            else 'no_listed_code'
        end as outcome,
        count(*) as rows_of_outcome
    from rows_found
    left join furthest using (contact_row_key)
    left join rows_with_listed_code using (contact_row_key)
    group by all

),

-- what the reader of the models finds in a file, apart from what the gate counted there, and what a reduction left out;
-- less the rows above
not_found as (

    select
        file_name,
        'no_listed_code' as outcome,
        count(*) as rows_of_outcome
    from deliveries
    group by file_name
    union all
    select
        file_name,
        'no_listed_code' as outcome,
        rows_left_out as rows_of_outcome
    from files
    union all
    select
        file_name,
        'no_listed_code' as outcome,
        -rows_of_outcome as rows_of_outcome
    from found

),

in_quarantine as (

    select
        file_name,
        'quarantined' as outcome,
        count(*) as rows_of_outcome
    from quarantined
    group by file_name

),

outcomes as (

    select * from found
    union all
    select * from not_found
    union all
    select * from in_quarantine

),

final as (

    select
        file_name,
        outcomes.outcome,
        cast(sum(outcomes.rows_of_outcome) as bigint) as rows
    from outcomes
    inner join files using (file_name)
    group by file_name, outcomes.outcome
    having sum(outcomes.rows_of_outcome) > 0

)

select * from final
