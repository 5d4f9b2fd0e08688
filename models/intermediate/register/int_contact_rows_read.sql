{{ config(materialized='table') }}

{% set codes = listed_codes(ref('procedure_codes'), ref('operation_definitions')) | join('|') -%}

with

all_deliveries as (

    select * from {{ ref('stg_par__deliveries') }}
    where not is_own_contact

),

searched as (

    select * from {{ ref('int_contacts_searched') }}

),

persons as (

    select * from {{ ref('int_persons_identified') }}

),

-- R7 orders contacts by their ids, also where those are kept as pseudonyms.
contacts_found as (

    select
        contact_id,
        if(
            regexp_matches(contact_id, '{{ identity_number() }}'),
            {{ person_hmac("'contact ' || contact_id") }},
            contact_id
        ) as contact_key,
        row_number() over (order by contact_id) as contact_order
    from searched
    group by contact_id

),

-- R2: a code is compared whole. What has not the form of a code keeps its position and nothing else, whatever it was
-- that somebody typed there. Many rows have the same codes, so that each text is read once.
codes_read as (

    select
        procedure_codes_text,
        [
            nullif(regexp_extract({{ normalized_code('code') }}, '^[A-Z][A-Z0-9]{2}[0-9]{2}$'), '')
            for code in regexp_split_to_array(procedure_codes_text, '[\s\v\p{Z}\x{feff},;|/]+') if code != ''
        ] as procedure_codes,
        -- O and I may be meant for 0 and 1
        regexp_matches(
            translate({{ normalized_code('procedure_codes_text') }}, 'OI', '01'),
            '{{ codes | replace("O", "0") | replace("I", "1") }}'
        ) as resembles_listed_code
    from searched
    group by procedure_codes_text

),

with_codes as (

    select
        searched.*,
        codes_read.procedure_codes,
        codes_read.resembles_listed_code,
        {{ normalized_code('searched.main_diagnosis_text') }} as main_diagnosis_code
    from searched
    inner join codes_read on searched.procedure_codes_text = codes_read.procedure_codes_text

),

identified as (

    select
        with_codes.*,
        persons.person_key,
        persons.person_valid_from,
        persons.is_coordination_number
    from with_codes
    left join persons
        on
            with_codes.reported_person_id = persons.reported_person_id
            and with_codes.is_serial_number = persons.is_serial_number

),

rows_found as (

    select
        file_name,
        contact_id,
        delivery_number,
        received_date,
        is_received_date_unknown,
        coalesce(is_withdrawn, false) as is_withdrawn,
        care_type,
        person_key,
        person_valid_from,
        is_coordination_number,
        -- R6: the county is the first two digits of a code of two, four or six
        if(
            regexp_full_match(residence_code, '[0-9]{2}([0-9]{2}([0-9]{2})?)?'), left(residence_code, 2), null
        ) as county_code,
        -- ten digits could be an identity number, however they are written
        if(regexp_matches(hospital_code, '(\p{Nd}\P{Nd}*){10}'), '*', hospital_code) as hospital_code,
        -- the first six characters are more than any listed diagnosis has; an identity number begins with no letter
        nullif(regexp_extract(main_diagnosis_code, '^[A-Z][A-Z0-9]{0,5}'), '') as main_diagnosis,
        contact_start_date,
        procedure_codes,
        -- as many dates as codes: what a row says does not depend on how many columns its file has
        list_resize(procedure_dates, len(procedure_codes)) as procedure_dates,
        resembles_listed_code
    from identified

),

-- What a row says but for whose it is orders the rows of a contact, day and delivery (R1), so that neither the secret
-- nor the file nor the order of rows decides.
with_content as (

    select
        *,
        md5(concat_ws(
            '|',
            is_withdrawn,
            care_type,
            coalesce(county_code, ''),
            coalesce(hospital_code, ''),
            coalesce(main_diagnosis, ''),
            coalesce(cast(contact_start_date as varchar), ''),
            cast(procedure_codes as varchar),
            cast(procedure_dates as varchar)
        )) as content_key
    from rows_found

),

-- A later delivery may have lost the code, and supersedes the row that has it all the same. All that matters of it is
-- when it came.
other_deliveries as (

    select
        all_deliveries.contact_id,
        all_deliveries.delivery_number,
        all_deliveries.received_date
    from all_deliveries
    semi join contacts_found on all_deliveries.contact_id = contacts_found.contact_id
    except
    select
        contact_id,
        delivery_number,
        received_date
    from searched

),

deliveries as (

    select
        file_name,
        contact_id,
        delivery_number,
        received_date,
        content_key,
        is_received_date_unknown,
        is_withdrawn,
        care_type,
        person_key,
        person_valid_from,
        is_coordination_number,
        county_code,
        hospital_code,
        main_diagnosis,
        contact_start_date,
        procedure_codes,
        procedure_dates,
        resembles_listed_code
    from with_content
    union all
    select
        null as file_name,
        contact_id,
        delivery_number,
        received_date,
        null as content_key,
        null as is_received_date_unknown,
        null as is_withdrawn,
        null as care_type,
        null as person_key,
        null as person_valid_from,
        null as is_coordination_number,
        null as county_code,
        null as hospital_code,
        null as main_diagnosis,
        null as contact_start_date,
        null as procedure_codes,
        null as procedure_dates,
        null as resembles_listed_code
    from other_deliveries

),

final as (

    select
        deliveries.file_name,
        contacts_found.contact_key,
        contacts_found.contact_order,
        deliveries.delivery_number,
        deliveries.received_date,
        if(
            deliveries.content_key is null,
            null,
            md5(concat_ws(
                '|',
                contacts_found.contact_key,
                deliveries.delivery_number,
                deliveries.received_date,
                deliveries.content_key
            ))
        ) as contact_row_key,
        deliveries.content_key,
        deliveries.is_received_date_unknown,
        deliveries.is_withdrawn,
        deliveries.care_type,
        deliveries.person_key,
        deliveries.person_valid_from,
        deliveries.is_coordination_number,
        deliveries.county_code,
        deliveries.hospital_code,
        deliveries.main_diagnosis,
        deliveries.contact_start_date,
        deliveries.procedure_codes,
        deliveries.procedure_dates,
        deliveries.resembles_listed_code
    from deliveries
    inner join contacts_found on deliveries.contact_id = contacts_found.contact_id

)

select * from final
