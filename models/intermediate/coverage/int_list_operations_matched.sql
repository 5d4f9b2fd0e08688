{{ config(materialized='table') }}

with

list_rows as (

    select * from {{ ref('int_list_rows_read') }}
    where person_key is not null and not is_repeated

),

lists as (

    select * from {{ ref('coverage_lists') }}

),

settlements as (

    select * from {{ ref('settlements') }}
    where counts_from = 'par' and measured_through is null

),

round_categories as (

    select * from {{ ref('round_categories') }}
    where counts_from = 'par'

),

operations as (

    select * from {{ ref('int_operations_judged') }}

),

contact_rows as (

    select * from {{ ref('int_contact_rows_ordered') }}

),

reasons as (

    select * from {{ ref('decision_reasons') }}

),

-- An interim settlement sees a part of what the settlement of the whole period sees.
cutoffs as (

    select distinct
        settlements.cutoff_date,
        round_categories.definition_id
    from settlements
    inner join round_categories using (round_id)

),

definitions as (

    select distinct
        category_id,
        definition_id
    from round_categories

),

-- what the list says, as operations of the kind that the register has
sought as (

    select
        list_rows.list_row,
        list_rows.list_id,
        list_rows.person_key,
        list_rows.operation_date,
        lists.tolerance_days,
        definitions.definition_id
    from list_rows
    inner join lists using (list_id)
    inner join definitions using (category_id)

),

-- what the register says of these persons, the oldest row first
found as (

    select
        row_number() over (
            order by operations.received_date, operations.delivery_number, operations.contact_row_key
        ) as found_row,
        count(*) over () as rows_found,
        contact_rows.person_key,
        operations.*
    from contact_rows
    inner join operations on contact_rows.contact_row_key = operations.contact_row_key
    where contact_rows.person_key in (select sought.person_key from sought)

),

register_days as (

    select distinct
        person_key,
        definition_id,
        operation_date,
        operation_key
    from found

),

-- every operation of the register that could be the list's
candidates as (

    select
        sought.list_row,
        sought.list_id,
        sought.definition_id,
        sought.person_key,
        register_days.operation_key,
        register_days.operation_date - sought.operation_date as days_apart
    from sought
    inner join register_days
        on
            sought.person_key = register_days.person_key
            and sought.definition_id = register_days.definition_id
            and register_days.operation_date
            between sought.operation_date - sought.tolerance_days and sought.operation_date + sought.tolerance_days

),

with_rivals as (

    select
        *,
        count(*) over (partition by list_row, definition_id) > 1
        or count(*) over (partition by list_id, operation_key) > 1 as has_rival
    from candidates

),

-- what each cut-off sees of an operation
decided as (

    select
        cutoffs.cutoff_date,
        found.operation_key,
        found.found_row,
        found.rows_found,
        {{ decision_reason('found', 'cutoffs.cutoff_date') }} as reason
    from found
    inner join cutoffs on found.definition_id = cutoffs.definition_id

),

-- Of several rows about one operation the one that came furthest towards being counted stands for it, the newest first:
-- one number for both, since it is compared for every row and cut-off.
ranked as (

    select
        decided.*,
        reasons.reason_order * decided.rows_found + decided.found_row as place
    from decided
    inner join reasons on decided.reason = reasons.reason

),

seen as (

    select
        cutoff_date,
        operation_key,
        max_by(found_row, place) as found_row,
        max_by(reason, place) as reason
    from ranked
    group by cutoff_date, operation_key

),

pairs as (

    select
        seen.cutoff_date,
        with_rivals.*,
        seen.found_row,
        seen.reason
    from with_rivals
    inner join seen on with_rivals.operation_key = seen.operation_key

),

-- First what is in force at the cut-off, then what is not any more or not yet; of these the nearest day, and of two
-- days equally far the earlier in the register. No two pairs of one row or of one operation stand equal in this order.
competing as (

    select
        cutoff_date,
        definition_id,
        list_id,
        person_key,
        struct_pack(
            is_not_in_force := reason in ('received_after_cutoff', 'superseded'),
            distance := abs(days_apart),
            days_apart := days_apart,
            list_row := list_row,
            operation_key := operation_key,
            found_row := found_row,
            reason := reason
        ) as pair
    from pairs
    where has_rival

),

-- Of the pairs of a person each is taken that has a row and an operation which no pair before it took.
taken_in_order as (

    select
        cutoff_date,
        definition_id,
        unnest(list_reduce( -- noqa: LT01
            list([pair] order by pair), -- noqa: PRS
            lambda taken, next: if(
                list_bool_or(list_transform(
                    taken,
                    lambda earlier:
                        earlier.list_row = next[1].list_row or earlier.operation_key = next[1].operation_key
                )),
                taken,
                list_concat(taken, next)
            )
        )) as pair
    from competing
    group by cutoff_date, definition_id, list_id, person_key

),

taken as (

    select
        cutoff_date,
        definition_id,
        list_row,
        days_apart,
        found_row,
        reason
    from pairs
    where not has_rival
    union all
    select
        cutoff_date,
        definition_id,
        struct_extract(pair, 'list_row') as list_row,
        struct_extract(pair, 'days_apart') as days_apart,
        struct_extract(pair, 'found_row') as found_row,
        struct_extract(pair, 'reason') as reason
    from taken_in_order

),

final as (

    select
        taken.cutoff_date,
        taken.definition_id,
        taken.list_row,
        taken.days_apart,
        taken.reason,
        found.contact_key,
        found.operation_key,
        found.operation_date as register_date,
        found.home_region_code as register_region_code,
        found.hospital_code as register_hospital_code
    from taken
    inner join found on taken.found_row = found.found_row

)

select * from final
