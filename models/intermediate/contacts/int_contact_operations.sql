{{ config(materialized='table') }}

with

contact_rows as (

    select * from {{ ref('int_contact_rows_kept') }}

),

procedure_codes as (

    select * from {{ ref('procedure_codes') }}

),

diagnosis_codes as (

    select * from {{ ref('diagnosis_codes') }}

),

definitions as (

    select * from {{ ref('operation_definitions') }}

),

code_texts as (

    select
        contact_row_key,
        contact_start_date,
        main_diagnosis,
        procedure_dates,
        trim({{ replace_all('procedure_codes_text', '[\\t\\n\\f\\r \\x{00a0}]+', ' ') }}) as code_texts
    from contact_rows

),

positions as (

    select
        *,
        {{ each_number(1, "length(code_texts) - length(replace(code_texts, ' ', '')) + 1") }} as code_position
    from code_texts

),

-- R2: a procedure code is compared whole, without dots and in upper case
codes as (

    select
        contact_row_key,
        main_diagnosis,
        contact_start_date,
        procedure_dates,
        code_position,
        upper(replace(split_part(code_texts, ' ', cast(code_position as integer)), '.', '')) as code
    from positions

),

listed as (

    select
        codes.contact_row_key,
        codes.main_diagnosis,
        codes.contact_start_date,
        {{ date_of_digits("split_part(codes.procedure_dates, ',', cast(codes.code_position as integer))") }}
            as procedure_date,
        procedure_codes.list_id as procedure_list_id,
        procedure_codes.valid_from,
        procedure_codes.valid_to
    from codes
    inner join procedure_codes on codes.code = procedure_codes.code

),

-- R4: the code's own date; where it has none, the start of the contact
dated as (

    select
        *,
        coalesce(procedure_date, contact_start_date) as operation_date,
        procedure_date is not null as has_own_date
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
            and left(valid.main_diagnosis, length(diagnosis_codes.code)) = diagnosis_codes.code
            and {{ is_valid_on('diagnosis_codes', 'valid.operation_date') }}

),

final as (

    select
        contact_row_key,
        definition_id,
        operation_date,
        -- the date source of the codes that make it one; of all its codes where none does
        coalesce(bool_or(has_own_date) filter (where is_met), bool_or(has_own_date)) as has_own_date,
        case when not bool_or(is_met) then min_by(reason_when_not_met, criterion) end as reason_not_met
    from criteria
    group by contact_row_key, definition_id, operation_date

)

select * from final
