{{ config(materialized='table') }}

with

list_rows as (

    select * from {{ ref('stg_coverage__rows') }}

),

regions as (

    select * from {{ ref('regions') }}

),

hospitals as (

    select * from {{ ref('hospitals') }}

),

definitions as (

    select * from {{ ref('operation_definitions') }}

),

procedure_codes as (

    select * from {{ ref('procedure_codes') }}

),

categories as (

    select distinct
        category_id,
        definition_id
    from {{ ref('round_categories') }}
    where definition_id is not null

),

reported as (

    select distinct reported_person_id
    from list_rows
    where reported_person_id is not null

),

{{ persons_identified() }},

-- A code says what was done where its list asks for no diagnosis: a list of operations has none. One that stands for
-- several categories says nothing.
categories_of_codes as (

    select
        {{ normalized_code('procedure_codes.code') }} as code,
        procedure_codes.valid_from,
        procedure_codes.valid_to,
        min(categories.category_id) as category_id
    from procedure_codes
    inner join definitions on procedure_codes.list_id = definitions.procedure_list_id
    inner join categories on definitions.definition_id = categories.definition_id
    where definitions.diagnosis_rule is distinct from 'required'
    group by all
    having count(distinct categories.category_id) = 1

),

-- only where the list has no category of its own
coded as (

    select
        *,
        if(category_id is null, {{ normalized_code('procedure_code_text') }}, null) as code
    from list_rows

),

-- R5, as in the register: whose row it is, born on or before the operation
read as (

    select
        coded.file_name,
        coded.row_in_file,
        coded.list_id,
        coded.operation_date,
        coalesce(coded.category_id, categories_of_codes.category_id) as category_id,
        if(identified.person_valid_from <= coded.operation_date, identified.person_key, null) as person_key,
        -- ten digits could be an identity number, however they are written
        if(regexp_matches(coded.hospital_code, '(\p{Nd}\P{Nd}*){10}'), '*', coded.hospital_code)
            as hospital_code,
        if(
            regexp_full_match(coded.residence_code, '[0-9]{2}([0-9]{2}([0-9]{2})?)?'),
            left(coded.residence_code, 2),
            null
        ) as county_code
    from coded
    left join identified on coded.reported_person_id = identified.reported_person_id
    left join categories_of_codes
        on
            coded.code = categories_of_codes.code
            and {{ is_valid_on('categories_of_codes', 'coded.operation_date') }}

),

-- The home region where the list has it; else that of the hospital, which is where most patients live.
placed as (

    select
        read.file_name,
        read.row_in_file,
        read.list_id,
        read.operation_date,
        read.category_id,
        read.person_key,
        read.hospital_code,
        coalesce(regions.region_code, hospitals.region_code) as region_code,
        case
            when regions.region_code is not null then 'list'
            when hospitals.region_code is not null then 'hospital'
        end as region_source
    from read
    left join regions on read.county_code = regions.region_code
    left join hospitals on read.hospital_code = hospitals.hospital_code

),

-- R7: a person counts once a day for a kind of operation, whatever was done to the other eye
final as (

    select
        row_number() over (order by file_name, row_in_file) as list_row,
        file_name,
        row_in_file,
        list_id,
        category_id,
        operation_date,
        person_key,
        hospital_code,
        region_code,
        region_source,
        person_key is not null and row_number() over (
            partition by list_id, category_id, person_key, operation_date
            order by hospital_code, region_code, file_name, row_in_file
        ) > 1 as is_repeated
    from placed

)

select * from final
