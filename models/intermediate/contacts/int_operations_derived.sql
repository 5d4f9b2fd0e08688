{{ config(materialized='table') }}

with

rows_read as (

    select * from {{ ref('int_contact_rows_read') }}

),

procedure_codes as (

    select * from {{ ref('procedure_codes') }}

),

diagnosis_codes as (

    select
        *,
        {{ normalized_code('code') }} as normalized_code
    from {{ ref('diagnosis_codes') }}

),

definitions as (

    select * from {{ ref('operation_definitions') }}

),

contact_rows as (

    select distinct
        contact_row_key,
        main_diagnosis,
        contact_start_date,
        procedure_codes,
        procedure_dates
    from rows_read
    where contact_row_key is not null

),

-- the n-th date is of the n-th code
codes as (

    select
        contact_row_key,
        main_diagnosis,
        contact_start_date,
        unnest(procedure_codes) as code,
        unnest(procedure_dates) as procedure_date_text
    from contact_rows

),

-- R2: a procedure code is compared whole
listed as (

    select
        codes.contact_row_key,
        codes.main_diagnosis,
        codes.contact_start_date,
        codes.procedure_date_text,
        try_cast(codes.procedure_date_text as date) as procedure_date,
        procedure_codes.list_id as procedure_list_id,
        procedure_codes.valid_from,
        procedure_codes.valid_to
    from codes
    inner join procedure_codes on codes.code = {{ normalized_code('procedure_codes.code') }}

),

-- R4: the code's own date; where it has none, the start of the contact. A date that is there and cannot be read is not
-- none: the operation stands in the month of the start, and does not count.
dated as (

    select
        *,
        coalesce(procedure_date, contact_start_date) as operation_date,
        procedure_date is not null as has_own_date,
        procedure_date is null and procedure_date_text is not null as has_unreadable_date
    from listed

),

valid as (

    select * from dated
    where {{ is_valid_on('dated', 'operation_date') }}

),

-- R3: what a code stands for may depend on the main diagnosis, which is compared by prefix (R2). One that several
-- prefixes of a list meet makes several rows, all with the same answer.
criteria as (

    select
        valid.contact_row_key,
        valid.operation_date,
        valid.has_own_date,
        valid.has_unreadable_date,
        definitions.definition_id,
        definitions.criterion,
        definitions.reason_when_not_met,
        case definitions.diagnosis_rule
            when 'required' then diagnosis_codes.code is not null
            when 'excluded' then diagnosis_codes.code is null
            else true
        end as is_met
    from valid
    inner join definitions on valid.procedure_list_id = definitions.procedure_list_id
    left join diagnosis_codes
        on
            definitions.diagnosis_list_id = diagnosis_codes.list_id
            and starts_with(valid.main_diagnosis, diagnosis_codes.normalized_code)
            and {{ is_valid_on('diagnosis_codes', 'valid.operation_date') }}

),

-- Where codes make it one, their dates decide; where none does, those of all its codes.
final as (

    select
        contact_row_key,
        definition_id,
        operation_date,
        coalesce(bool_or(has_own_date) filter (where is_met), bool_or(has_own_date)) as has_own_date,
        case
            when coalesce(bool_and(has_unreadable_date) filter (where is_met), bool_and(has_unreadable_date))
                then 'operation_date_unreadable'
            when not bool_or(is_met) then min_by(reason_when_not_met, criterion)
        end as reason_not_met
    from criteria
    group by contact_row_key, definition_id, operation_date

)

select * from final
