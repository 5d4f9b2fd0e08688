with

settlements as (

    select * from {{ ref('settlements') }}
    where counts_from = 'par'

),

round_categories as (

    select * from {{ ref('round_categories') }}
    where counts_from = 'par'

),

periods as (

    select * from {{ ref('round_periods') }}

),

operations as (

    select * from {{ ref('int_contact_operations') }}

),

contact_rows as (

    select * from {{ ref('int_contact_rows') }}

),

-- every contact row with a listed code in a period of the round, whatever became of it
in_scope as (

    select
        settlements.settlement_id,
        settlements.cutoff_date,
        round_categories.category_id,
        periods.period_role,
        operations.operation_date,
        operations.has_own_date,
        operations.reason_not_met,
        contact_rows.contact_row_key,
        contact_rows.contact_key,
        contact_rows.delivery_number,
        contact_rows.received_date,
        contact_rows.superseded_date,
        contact_rows.is_withdrawn,
        contact_rows.care_type,
        contact_rows.person_key,
        contact_rows.person_valid_from,
        contact_rows.home_region_code,
        contact_rows.hospital_code
    from settlements
    inner join round_categories using (round_id)
    inner join periods using (round_id)
    inner join operations
        on
            round_categories.definition_id = operations.definition_id
            and operations.operation_date between periods.period_start and periods.period_end
    inner join contact_rows using (contact_row_key)

),

-- the first reason that applies; NULL: nothing speaks against the row itself
final as (

    select
        *,
        case
            when received_date > cutoff_date then 'received_after_cutoff'
            when superseded_date <= cutoff_date then 'superseded'
            when is_withdrawn then 'withdrawn'
            when operation_date > received_date then 'operation_date_after_receipt'
            when person_valid_from is null or person_valid_from > operation_date then 'invalid_person_id'
            when home_region_code is null then 'not_resident'
            else reason_not_met
        end as reason
    from in_scope

)

select * from final
