{{ config(materialized='table') }}

with

contact_rows as (

    select * from {{ ref('int_contact_rows') }}

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
        upper(replace(split_part(code_texts, ' ', cast(code_position as integer)), '.', '')) as code,
        {{ parse_date("split_part(procedure_dates, ',', cast(code_position as integer))") }} as procedure_date
    from positions

),

-- R4: the code's own date; where it has none, the start of the contact
dated as (

    select
        contact_row_key,
        main_diagnosis,
        code,
        coalesce(procedure_date, contact_start_date) as operation_date,
        procedure_date is not null as has_own_date
    from codes

),

listed as (

    select
        dated.*,
        procedure_codes.list_id as procedure_list_id
    from dated
    inner join procedure_codes
        on
            dated.code = procedure_codes.code
            and {{ is_valid_on('procedure_codes', 'dated.operation_date') }}

),

-- R3: what a code stands for may depend on the main diagnosis, which is compared by prefix (R2)
diagnosed as (

    select
        listed.contact_row_key,
        listed.operation_date,
        listed.has_own_date,
        definitions.definition_id,
        definitions.criterion,
        definitions.diagnosis_rule,
        definitions.reason_when_not_met,
        coalesce(bool_or(diagnosis_codes.code is not null), false) as has_listed_diagnosis
    from listed
    inner join definitions on listed.procedure_list_id = definitions.procedure_list_id
    left join diagnosis_codes
        on
            definitions.diagnosis_list_id = diagnosis_codes.list_id
            and left(listed.main_diagnosis, length(diagnosis_codes.code)) = diagnosis_codes.code
            and {{ is_valid_on('diagnosis_codes', 'listed.operation_date') }}
    group by
        listed.contact_row_key,
        listed.operation_date,
        listed.has_own_date,
        definitions.definition_id,
        definitions.criterion,
        definitions.diagnosis_rule,
        definitions.reason_when_not_met

),

criteria as (

    select
        *,
        case diagnosis_rule
            when 'required' then has_listed_diagnosis
            when 'excluded' then not has_listed_diagnosis
            else true
        end as is_met
    from diagnosed

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
