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

    select * from {{ ref('int_operations_derived') }}

),

procedure_codes as (

    select distinct {{ normalized_code('code') }} as code
    from {{ ref('procedure_codes') }}

),

periods as (

    select * from {{ ref('int_settlement_periods_limited') }}
    where counts_from = 'par'

),

round_categories as (

    select * from {{ ref('round_categories') }}
    where counts_from = 'par'

),

dates_in_scope as (

    select distinct
        operations.definition_id,
        operations.operation_date
    from operations
    inner join round_categories on operations.definition_id = round_categories.definition_id
    inner join periods
        on
            round_categories.round_id = periods.round_id
            and operations.operation_date between periods.period_start and periods.period_end

),

with_operation as (

    select
        operations.contact_row_key,
        bool_or(operations.operation_date is not null) as has_date,
        bool_or(dates_in_scope.definition_id is not null) as is_in_scope
    from operations
    left join dates_in_scope
        on
            operations.definition_id = dates_in_scope.definition_id
            and operations.operation_date = dates_in_scope.operation_date
    group by operations.contact_row_key

),

codes as (

    select
        contact_row_key,
        unnest(procedure_codes) as code
    from rows_found

),

-- of these some have no operation: a code counts on the days of its list only
with_listed_code as (

    select distinct codes.contact_row_key
    from codes
    inner join procedure_codes on codes.code = procedure_codes.code

),

found as (

    select
        rows_found.file_name,
        case
            when with_operation.is_in_scope then 'decided'
            when with_operation.has_date then 'outside_every_period'
            when with_operation.contact_row_key is not null then 'no_operation_date'
            when with_listed_code.contact_row_key is not null then 'outside_every_period'
            when rows_found.resembles_listed_code then 'resembles_a_listed_code'
            else 'no_listed_code'
        end as outcome,
        count(*) as rows_counted
    from rows_found
    left join with_operation on rows_found.contact_row_key = with_operation.contact_row_key
    left join with_listed_code on rows_found.contact_row_key = with_listed_code.contact_row_key
    group by all

),

-- All rows that the reader of the models finds in a file, apart from what the gate counted there, and those that a
-- reduction left out, less the rows above.
counted as (

    select * from found
    union all
    select
        file_name,
        'no_listed_code' as outcome,
        count(*) as rows_counted
    from deliveries
    group by file_name
    union all
    select
        file_name,
        'no_listed_code' as outcome,
        rows_left_out as rows_counted
    from files
    union all
    select
        file_name,
        'no_listed_code' as outcome,
        -rows_counted as rows_counted
    from found
    union all
    select
        file_name,
        'quarantined' as outcome,
        count(*) as rows_counted
    from quarantined
    group by file_name

),

final as (

    select
        file_name,
        outcome,
        -- the contract's name
        cast(sum(rows_counted) as bigint) as "rows"  -- noqa: RF04,RF06
    from counted
    group by file_name, outcome
    having sum(rows_counted) > 0

)

select * from final
