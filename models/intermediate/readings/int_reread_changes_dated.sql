{{ config(materialized='table') }}

with

reread as (

    select * from {{ ref('int_operations_reread') }}

),

touched as (

    select * from {{ ref('int_persons_touched') }}

),

readings as (

    select * from {{ ref('readings') }}

),

contact_rows as (

    select
        *,
        hash(person_key) as person_hash
    from {{ ref('int_contact_rows_ordered') }}

),

operations as (

    select * from {{ ref('int_operations_judged') }}
    where own_reason is null

),

round_categories as (

    select * from {{ ref('round_categories') }}
    where counts_from = 'par'

),

categories as (

    select * from {{ ref('categories') }}

),

kinds as (

    select
        round_categories.round_id,
        round_categories.definition_id,
        categories.category_order
    from round_categories
    inner join categories using (category_id)

),

-- a contact is one from its first day on
contacts as (

    select *
    from reread
    where variant = 'once_per_contact'
    qualify
        row_number() over (
            partition by reading_id, contact_row_number, definition_id
            order by operation_date
        ) = 1

),

-- Across categories a person has one operation a day, whichever of the round's came first. All other readings find the
-- same in every round.
in_order as (

    select
        reread.*,
        null as round_id,
        reread.definition_id as once_per,
        0 as category_order
    from reread
    where reread.variant not in ('once_per_contact', 'once_per_person_and_day', 'last_received')
    union all
    select
        contacts.*,
        null as round_id,
        contacts.definition_id as once_per,
        0 as category_order
    from contacts
    union all
    select
        reread.*,
        kinds.round_id,
        null as once_per,
        kinds.category_order
    from reread
    inner join kinds using (definition_id)
    where reread.variant = 'once_per_person_and_day'

),

-- R7 as in int_operations_judged
followed as (

    select
        *,
        max(superseded_date) over (
            partition by person_number, operation_date, reading_id, once_per, part, round_id
            order by received_date, delivery_number, contact_order, category_order
            rows between unbounded preceding and 1 preceding
        ) as earlier_in_force_until
    from in_order

),

-- The one received last stands while it is in force, and the one before it again when it is not: on every day on which
-- something comes or goes, who stands then.
last_rows as (

    select * from reread
    where variant = 'last_received'

),

days as (

    select distinct
        reading_id,
        person_number,
        definition_id,
        operation_date,
        unnest([received_date, superseded_date]) as change_date
    from last_rows

),

standing as (

    select
        days.*,
        any_value(last_rows.operation_month) as operation_month,
        arg_max(
            last_rows.region_code,
            (last_rows.received_date, last_rows.delivery_number, last_rows.contact_order)
        ) as region_code
    from days
    left join last_rows
        on
            days.reading_id = last_rows.reading_id
            and days.person_number = last_rows.person_number
            and days.definition_id = last_rows.definition_id
            and days.operation_date = last_rows.operation_date
            and days.change_date >= last_rows.received_date
            and days.change_date < last_rows.superseded_date
    group by all

),

-- what is counted of the same persons as it is
implemented as (

    select
        contact_rows.person_hash,
        operations.definition_id,
        operations.home_region_code as region_code,
        cast(date_trunc('month', operations.operation_date) as date) as operation_month,
        operations.counted_from,
        coalesce(operations.superseded_date, date '9999-12-31') as counted_until
    from operations
    inner join contact_rows on operations.contact_row_key = contact_rows.contact_row_key
    where contact_rows.person_hash in (select touched.person_hash from touched)

),

counted as (

    select
        reading_id,
        round_id,
        definition_id,
        region_code,
        operation_month,
        greatest(received_date, coalesce(earlier_in_force_until, received_date)) as counted_from,
        superseded_date as counted_until,
        1 as operations
    from followed
    union all
    select
        reading_id,
        null as round_id,
        definition_id,
        region_code,
        operation_month,
        change_date as counted_from,
        lead(change_date) over (
            partition by reading_id, person_number, definition_id, operation_date
            order by change_date
        ) as counted_until,
        1 as operations
    from standing
    union all
    select
        touched.reading_id,
        kinds.round_id,
        implemented.definition_id,
        implemented.region_code,
        implemented.operation_month,
        implemented.counted_from,
        implemented.counted_until,
        -1 as operations
    from touched
    inner join readings on touched.reading_id = readings.reading_id
    inner join implemented on touched.person_hash = implemented.person_hash
    left join kinds
        on
            implemented.definition_id = kinds.definition_id
            and readings.variant = 'once_per_person_and_day'

),

changes as (

    select
        reading_id,
        round_id,
        definition_id,
        region_code,
        operation_month,
        unnest([counted_from, counted_until]) as change_date,
        unnest([operations, -operations]) as operations
    from counted
    where counted_from < counted_until and region_code is not null and operation_month is not null

),

final as (

    select
        reading_id,
        round_id,
        definition_id,
        region_code,
        operation_month,
        change_date,
        cast(sum(operations) as bigint) as net_change
    from changes
    where change_date < date '9999-12-31'
    group by reading_id, round_id, definition_id, region_code, operation_month, change_date
    having sum(operations) != 0

)

select * from final
