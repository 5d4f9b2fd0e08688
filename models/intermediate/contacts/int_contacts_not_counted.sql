{{ config(materialized='table') }}

with

operations as (

    select * from {{ ref('int_operations_judged') }}
    where home_region_code is not null

),

periods as (

    select * from {{ ref('int_settlement_periods_limited') }}
    where counts_from = 'par' and period_role = 'measured'

),

round_categories as (

    select * from {{ ref('round_categories') }}
    where counts_from = 'par'

),

settlements as (

    select * from {{ ref('table_settlements') }}
    where is_on_pages

),

reasons as (

    select * from {{ ref('decision_reasons') }}

),

decided as (

    select
        settlement_id,
        round_categories.category_id,
        operations.*,
        {{ decision_reason('operations', 'periods.cutoff_date') }} as reason
    from settlements
    inner join periods using (settlement_id)
    inner join round_categories on periods.round_id = round_categories.round_id
    inner join operations
        on
            round_categories.definition_id = operations.definition_id
            and operations.operation_date between periods.period_start and periods.period_end

),

counted as (

    select * from decided
    where reason = 'counted'

),

-- A contact is delivered several times, and most rows that do not count are of contacts that do.
excluded as (

    select decided.*
    from decided
    anti join counted
        on
            decided.settlement_id = counted.settlement_id
            and decided.category_id = counted.category_id
            and decided.contact_key = counted.contact_key

),

-- Of the others the row that came furthest tells why: what is wrong with it, before that it was replaced or late.
furthest as (

    select
        excluded.*,
        reasons.reason_order
    from excluded
    inner join reasons using (reason)
    qualify
        row_number() over (
            partition by excluded.settlement_id, excluded.category_id, excluded.contact_key
            order by
                reasons.reason_order desc, excluded.received_date desc, excluded.delivery_number desc,
                excluded.contact_row_key asc
        ) = 1

),

-- Without the reason its operation would have counted, unless it counts by another contact, or the row has a fault of
-- its own beside being late or replaced.
final as (

    select
        furthest.settlement_id,
        furthest.home_region_code as region_code,
        furthest.category_id,
        furthest.contact_key,
        furthest.reason,
        furthest.operation_date,
        furthest.received_date,
        furthest.delivery_number,
        furthest.hospital_code,
        (furthest.own_reason is null or furthest.reason not in ('received_after_cutoff', 'superseded'))
        and not exists (
            select 1
            from counted
            where
                counted.settlement_id = furthest.settlement_id
                and counted.category_id = furthest.category_id
                and counted.operation_key = furthest.operation_key
        ) as would_count,
        coalesce(furthest.operation_key, furthest.contact_key) as operation_key
    from furthest

)

select * from final
