{{ config(materialized='table') }}

with

readings as (

    select
        *,
        {{ normalized_code('variant_value') }} as variant_code
    from {{ ref('readings') }}

),

rows_read as (

    select * from {{ ref('int_contact_rows_read') }}
    where person_key is not null and county_code is not null and not is_withdrawn

),

contact_rows as (

    select * from {{ ref('int_contact_rows_ordered') }}

),

operations as (

    select * from {{ ref('int_operations_judged') }}

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

codes as (

    select
        -- a short number for the long key: who shares it with another is touched as well, and nothing changes
        hash(person_key) as person_hash,
        is_coordination_number,
        contact_order,
        care_type,
        main_diagnosis,
        contact_start_date,
        len(procedure_codes) > 1 as has_several_codes,
        unnest(procedure_codes) as code,
        unnest(procedure_dates) as procedure_date_text,
        generate_subscripts(procedure_codes, 1) as code_position
    from rows_read

),

listed_codes as (

    select
        {{ normalized_code('procedure_codes.code') }} as code,
        dense_rank() over (order by definitions.definition_id) as definition_number,
        definitions.criterion,
        definitions.diagnosis_list_id,
        definitions.diagnosis_rule
    from procedure_codes
    inner join definitions on procedure_codes.list_id = definitions.procedure_list_id

),

listed as (

    select
        codes.*,
        coalesce(try_cast(codes.procedure_date_text as date), codes.contact_start_date) as operation_date,
        listed_codes.definition_number,
        listed_codes.criterion,
        listed_codes.diagnosis_list_id,
        listed_codes.diagnosis_rule
    from codes
    inner join listed_codes on codes.code = listed_codes.code

),

matches as (

    select
        diagnoses.main_diagnosis,
        diagnosis_codes.list_id,
        diagnosis_codes.normalized_code
    from (select distinct listed.main_diagnosis from listed) as diagnoses
    inner join diagnosis_codes on starts_with(diagnoses.main_diagnosis, diagnosis_codes.normalized_code)

),

-- one contact waited for another of the same person, kind and day
with_several_contacts as (

    select distinct hash(contact_rows.person_key) as person_hash
    from operations
    inner join contact_rows on operations.contact_row_key = contact_rows.contact_row_key
    where operations.counted_from > operations.received_date

),

-- days on which these, or a contact with several codes, have more than one of something
days as (

    select
        person_hash,
        min(criterion) != max(criterion) as has_criteria,
        min(code) != max(code) as has_codes,
        min(code_position) != max(code_position) as has_positions
    from listed
    where
        has_several_codes
        or person_hash in (select with_several_contacts.person_hash from with_several_contacts)
    group by person_hash, operation_date

),

with_several_kinds as (

    select person_hash
    from listed
    group by person_hash, operation_date
    having min(definition_number) != max(definition_number)

),

with_several_days as (

    select any_value(person_hash) as person_hash
    from listed
    where has_several_codes
    group by contact_order
    having min(operation_date) != max(operation_date)

),

touched as (

    select
        readings.reading_id,
        listed.person_hash
    from listed
    inner join matches
        on
            listed.main_diagnosis = matches.main_diagnosis
            and listed.diagnosis_list_id = matches.list_id
    cross join readings
    where
        case readings.variant
            when 'excluded_diagnosis_exact'
                then listed.diagnosis_rule = 'excluded' and matches.main_diagnosis != matches.normalized_code
            when 'excluded_diagnosis_not_listed'
                then listed.diagnosis_rule = 'excluded' and matches.normalized_code = readings.variant_code
            when 'excluded_diagnosis_of_inpatients'
                then listed.diagnosis_rule = 'excluded' and listed.care_type = 'outpatient'
            when 'required_diagnosis_of_inpatients'
                then listed.diagnosis_rule = 'required' and listed.care_type = 'outpatient'
        end
    union all
    select
        readings.reading_id,
        listed.person_hash
    from listed
    cross join readings
    where
        case readings.variant
            when 'undated_left_out' then listed.procedure_date_text is null and listed.care_type = 'inpatient'
            when 'month_of_contact'
                then
                    date_trunc('month', listed.operation_date)
                    is distinct from date_trunc('month', listed.contact_start_date)
            when 'coordination_numbers_left_out' then listed.is_coordination_number
        end
    union all
    select
        readings.reading_id,
        days.person_hash
    from days
    cross join readings
    where
        case readings.variant
            when 'once_per_code' then days.has_codes
            when 'once_per_side' then days.has_positions
            when 'once_per_table' then days.has_criteria
        end
    union all
    select
        readings.reading_id,
        with_several_contacts.person_hash
    from with_several_contacts
    cross join readings
    where readings.variant in ('every_contact', 'last_received')
    union all
    select
        readings.reading_id,
        with_several_kinds.person_hash
    from with_several_kinds
    cross join readings
    where readings.variant = 'once_per_person_and_day'
    union all
    select
        readings.reading_id,
        with_several_days.person_hash
    from with_several_days
    cross join readings
    where readings.variant = 'once_per_contact'

),

-- what is done is tried on all of them, so that a test sees that nothing changes
final as (

    select distinct
        unnest([reading_id, 'as_implemented']) as reading_id,
        person_hash
    from touched

)

select * from final
