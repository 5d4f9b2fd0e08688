{{ config(materialized='view') }}

with

list_rows as (

    select * from {{ ref('int_list_rows_read') }}

),

matched as (

    select * from {{ ref('int_list_operations_matched') }}

),

-- A row without a region is on a list that claims every region, or on none that says where it belongs.
claimed as (

    select distinct
        settlement_id,
        list_id,
        category_id,
        operation_month,
        period_role,
        cutoff_date,
        definition_id,
        region_code
    from {{ ref('int_claimed_months_expanded') }}
    union all
    select distinct
        months.settlement_id,
        months.list_id,
        months.category_id,
        months.operation_month,
        months.period_role,
        months.cutoff_date,
        months.definition_id,
        null as region_code
    from {{ ref('int_claimed_months_expanded') }} as months
    inner join {{ ref('coverage_claims') }} as claims
        on
            months.list_id = claims.list_id
            and months.category_id = claims.category_id
            and months.operation_month between claims.period_start and claims.period_end
            and claims.region_code is null

),

received as (

    select * from {{ ref('int_register_received') }}

),

final as (

    select
        claimed.settlement_id,
        list_rows.list_id,
        list_rows.file_name,
        list_rows.row_in_file,
        list_rows.category_id,
        list_rows.operation_date,
        claimed.operation_month,
        claimed.period_role,
        list_rows.region_code,
        list_rows.region_source,
        list_rows.hospital_code,
        case
            when list_rows.person_key is null then 'invalid_person_id'
            when list_rows.is_repeated then 'same_person_same_day'
            when matched.reason is null then 'not_in_register'
            when matched.reason = 'received_after_cutoff' then matched.reason
            when matched.reason != 'counted' then 'excluded'
            when matched.days_apart = 0 then 'counted'
            else 'another_day'
        end as outcome,
        matched.reason,
        matched.days_apart,
        matched.contact_key,
        cast(greatest(claimed.cutoff_date - received.received_through, 0) as integer) as days_left
    from list_rows
    inner join claimed
        on
            list_rows.list_id = claimed.list_id
            and list_rows.category_id = claimed.category_id
            and date_trunc('month', list_rows.operation_date) = claimed.operation_month
            and list_rows.region_code is not distinct from claimed.region_code
    cross join received
    left join matched
        on
            list_rows.list_row = matched.list_row
            and claimed.cutoff_date = matched.cutoff_date
            and claimed.definition_id = matched.definition_id

)

select * from final
