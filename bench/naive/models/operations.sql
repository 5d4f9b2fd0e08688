-- R3 to R7
with allowed as (
    select distinct
        versions.contact_key,
        versions.delivery_number,
        versions.received_date,
        versions.superseded_date,
        versions.hospital_code,
        versions.person_id,
        regions.region_code,
        listed.definition_id,
        listed.operation_date
    from {{ ref('listed_procedures') }} as listed
    inner join {{ ref('contact_versions') }} as versions using (row_key)
    inner join {{ ref('persons') }} as persons using (person_id)
    inner join {{ source('seeds', 'regions') }} as regions
        on left(versions.residence_code, 2) = regions.region_code and regexp_full_match(versions.residence_code, '[0-9]{2,6}')
    where
        not versions.is_withdrawn
        and listed.operation_date <= versions.received_date
        and persons.person_valid_from <= listed.operation_date
        and (
            listed.diagnosis_rule is null
            or (listed.diagnosis_rule = 'required') = exists (
                select 1
                from {{ source('seeds', 'diagnosis_codes') }} as diagnoses
                where
                    diagnoses.list_id = listed.diagnosis_list_id
                    and starts_with(versions.main_diagnosis, diagnoses.code)
                    and listed.operation_date >= cast(diagnoses.valid_from as date)
                    and listed.operation_date <= coalesce(cast(diagnoses.valid_to as date), date '9999-12-31')
            )
        )
)
select
    *,
    max(coalesce(superseded_date, date '9999-12-31')) over (
        partition by person_id, definition_id, operation_date
        order by received_date, delivery_number, contact_key
        rows between unbounded preceding and 1 preceding
    ) as earlier_in_force_until
from allowed
