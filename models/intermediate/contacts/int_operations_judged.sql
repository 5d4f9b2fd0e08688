{{ config(materialized='table') }}

with

operations as (

    select * from {{ ref('int_operations_derived') }}

),

contact_rows as (

    select * from {{ ref('int_contact_rows_ordered') }}

),

-- the first reason in the row itself, whatever the cut-off date; NULL: nothing speaks against it
judged as (

    select
        operations.contact_row_key,
        operations.definition_id,
        operations.operation_date,
        operations.has_own_date,
        contact_rows.contact_key,
        contact_rows.contact_order,
        contact_rows.delivery_number,
        contact_rows.received_date,
        contact_rows.is_received_date_unknown,
        contact_rows.superseded_date,
        contact_rows.care_type,
        contact_rows.home_region_code,
        contact_rows.hospital_code,
        case
            when contact_rows.is_withdrawn then 'withdrawn'
            when operations.reason_not_met = 'operation_date_unreadable' then operations.reason_not_met
            when
                operations.operation_date > contact_rows.received_date
                and not coalesce(contact_rows.is_received_date_unknown, false)
                then 'operation_date_after_receipt'
            when
                contact_rows.person_valid_from is null
                or contact_rows.person_valid_from > operations.operation_date
                then 'invalid_person_id'
            when contact_rows.home_region_code is null then 'not_resident'
            else operations.reason_not_met
        end as own_reason,
        cast(if(
            contact_rows.person_key is not null,
            md5(concat_ws('|', contact_rows.person_key, operations.definition_id, operations.operation_date)),
            null
        ) as string) as operation_key
    from operations
    inner join contact_rows on operations.contact_row_key = contact_rows.contact_row_key

),

-- R7: of the contacts that nothing speaks against, the one received first stands for its person, kind and date for as
-- long as it is in force; the next one counts when all before it are superseded
followed as (

    select
        *,
        max(coalesce(superseded_date, date '9999-12-31')) over (
            -- a row that something speaks against neither stands for others nor waits for them
            partition by if(own_reason is null, operation_key, contact_row_key)
            order by received_date, delivery_number, contact_order
            rows between unbounded preceding and 1 preceding
        ) as earlier_in_force_until
    from judged

),

final as (

    select
        contact_row_key,
        definition_id,
        operation_date,
        has_own_date,
        contact_key,
        delivery_number,
        if(is_received_date_unknown, null, received_date) as received_date,
        superseded_date,
        care_type,
        home_region_code,
        hospital_code,
        own_reason,
        if(own_reason is null, greatest(received_date, coalesce(earlier_in_force_until, received_date)), null)
            as counted_from,
        operation_key
    from followed

)

select * from final
