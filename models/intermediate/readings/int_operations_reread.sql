with

readings as (

    select
        *,
        {{ normalized_code('variant_value') }} as variant_code
    from {{ ref('readings') }}

),

touched as (

    select * from {{ ref('int_persons_touched') }}

),

rows_read as (

    select
        *,
        hash(person_key) as person_hash
    from {{ ref('int_contact_rows_read') }}
    where person_key is not null and county_code is not null and not is_withdrawn

),

contact_rows as (

    select * from {{ ref('int_contact_rows_ordered') }}
    where home_region_code is not null

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

-- the same row twice in an extract is one row
contents as (

    select
        contact_row_key,
        person_key,
        any_value(is_coordination_number) as is_coordination_number,
        any_value(main_diagnosis) as main_diagnosis,
        any_value(contact_start_date) as contact_start_date,
        any_value(procedure_codes) as procedure_codes,
        any_value(procedure_dates) as procedure_dates
    from rows_read
    where person_hash in (select touched.person_hash from touched)
    group by contact_row_key, person_key

),

-- and the row of several persons is nobody's
touched_rows as (

    select
        contents.*,
        hash(contents.person_key) as person_hash,
        contact_rows.contact_order,
        contact_rows.delivery_number,
        contact_rows.received_date,
        coalesce(contact_rows.superseded_date, date '9999-12-31') as superseded_date,
        contact_rows.person_valid_from,
        contact_rows.home_region_code,
        contact_rows.care_type,
        -- numbers, since they are shorter than keys
        dense_rank() over (order by contact_rows.person_key) as person_number,
        row_number() over (order by contact_rows.contact_row_key) as contact_row_number
    from contents
    inner join contact_rows
        on
            contents.contact_row_key = contact_rows.contact_row_key
            and contents.person_key = contact_rows.person_key

),

codes as (

    select
        contact_row_number,
        person_hash,
        person_valid_from,
        received_date,
        care_type,
        contact_order,
        main_diagnosis,
        contact_start_date,
        unnest(procedure_codes) as code,
        unnest(procedure_dates) as procedure_date_text,
        generate_subscripts(procedure_codes, 1) as code_position
    from touched_rows

),

-- R4
dated as (

    select
        *,
        coalesce(try_cast(procedure_date_text as date), contact_start_date) as operation_date,
        try_cast(procedure_date_text as date) is null as has_no_date,
        try_cast(procedure_date_text as date) is null and procedure_date_text is not null as has_unreadable_date
    from codes

),

-- R2; and how often a code stands there for the day
listed as (

    select
        dated.*,
        definitions.definition_id,
        definitions.criterion,
        definitions.diagnosis_list_id,
        definitions.diagnosis_rule,
        row_number() over (
            partition by dated.contact_row_number, procedure_codes.list_id, dated.operation_date, dated.code
            order by dated.code_position
        ) as times
    from dated
    inner join procedure_codes on dated.code = {{ normalized_code('procedure_codes.code') }}
    inner join definitions on procedure_codes.list_id = definitions.procedure_list_id
    where
        {{ is_valid_on('procedure_codes', 'dated.operation_date') }}
        and dated.operation_date between dated.person_valid_from and dated.received_date

),

diagnoses as (

    select
        main_diagnoses.main_diagnosis,
        diagnosis_codes.list_id,
        diagnosis_codes.normalized_code,
        diagnosis_codes.valid_from,
        diagnosis_codes.valid_to
    from (select distinct listed.main_diagnosis from listed) as main_diagnoses
    inner join diagnosis_codes on starts_with(main_diagnoses.main_diagnosis, diagnosis_codes.normalized_code)

),

-- R3 as in int_operations_derived, but for what the reading changes; `part` tells apart what it takes for several
criteria as (

    select
        readings.reading_id,
        readings.variant,
        listed.contact_row_number,
        listed.definition_id,
        listed.operation_date,
        listed.has_no_date,
        listed.has_unreadable_date,
        case readings.variant
            when 'once_per_code' then listed.code
            when 'once_per_table' then cast(listed.criterion as varchar)
            when 'once_per_side' then cast(least(listed.times, 2) as varchar)
            when 'every_contact' then cast(listed.contact_order as varchar)
        end as part,
        case
            when listed.diagnosis_rule = 'excluded' then diagnoses.normalized_code is null
            when listed.diagnosis_rule = 'required' and listed.care_type = 'outpatient'
                then
                    diagnoses.normalized_code is not null
                    and readings.variant != 'required_diagnosis_of_inpatients'
            when listed.diagnosis_rule = 'required' then diagnoses.normalized_code is not null
            else true
        end as is_met
    from touched
    inner join readings on touched.reading_id = readings.reading_id
    inner join listed on touched.person_hash = listed.person_hash
    left join diagnoses
        on
            listed.main_diagnosis = diagnoses.main_diagnosis
            and listed.diagnosis_list_id = diagnoses.list_id
            and {{ is_valid_on('diagnoses', 'listed.operation_date') }}
            and not (
                listed.diagnosis_rule = 'excluded'
                and case readings.variant
                    when 'excluded_diagnosis_exact' then diagnoses.main_diagnosis != diagnoses.normalized_code
                    when 'excluded_diagnosis_not_listed' then readings.variant_code = diagnoses.normalized_code
                    when 'excluded_diagnosis_of_inpatients' then listed.care_type = 'outpatient'
                    else false
                end
            )

),

-- R4: where codes make it one, their dates decide
met as (

    select
        reading_id,
        variant,
        contact_row_number,
        definition_id,
        operation_date,
        part,
        bool_and(has_no_date) as has_no_date
    from criteria
    where is_met
    group by reading_id, variant, contact_row_number, definition_id, operation_date, part
    having not bool_and(has_unreadable_date)

),

final as (

    select
        met.reading_id,
        met.variant,
        met.definition_id,
        met.operation_date,
        met.part,
        touched_rows.contact_row_number,
        touched_rows.person_number,
        touched_rows.contact_order,
        touched_rows.delivery_number,
        touched_rows.received_date,
        touched_rows.superseded_date,
        touched_rows.home_region_code as region_code,
        cast(date_trunc(
            'month', if(met.variant = 'month_of_contact', touched_rows.contact_start_date, met.operation_date)
        ) as date) as operation_month
    from met
    inner join touched_rows on met.contact_row_number = touched_rows.contact_row_number
    where
        case met.variant
            when 'undated_left_out' then not (met.has_no_date and touched_rows.care_type = 'inpatient')
            when 'coordination_numbers_left_out' then not touched_rows.is_coordination_number
            else true
        end

)

select * from final
