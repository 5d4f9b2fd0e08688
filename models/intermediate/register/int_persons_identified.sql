{{ config(materialized='ephemeral') }}

with

searched as (

    select distinct
        reported_person_id,
        is_serial_number
    from {{ ref('int_contacts_searched') }}
    where reported_person_id is not null

),

reported as (

    select reported_person_id
    from searched
    where not is_serial_number

),

{{ persons_identified() }},

-- A serial number is one person and no other's, and nobody knows when that person was born: R5 is not asked of it.
numbered as (

    select
        reported_person_id,
        {{ person_hmac("'serial number ' || reported_person_id") }} as person_key,
        make_date(1, 1, 1) as person_valid_from,
        null as is_coordination_number
    from searched
    where is_serial_number

),

final as (

    select
        reported_person_id,
        false as is_serial_number,
        person_key,
        person_valid_from,
        is_coordination_number
    from identified
    union all
    select
        reported_person_id,
        true as is_serial_number,
        person_key,
        person_valid_from,
        is_coordination_number
    from numbered

)

select * from final
