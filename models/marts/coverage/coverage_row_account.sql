with

files as (

    select * from {{ ref('stg_coverage__files') }}

),

unreadable as (

    select * from {{ ref('stg_coverage__unreadable_rows') }}

),

list_rows as (

    select * from {{ ref('int_list_rows_read') }}

),

claims as (

    select * from {{ ref('coverage_claims') }}

),

claimed_months as (

    select distinct
        list_id,
        category_id,
        operation_month
    from {{ ref('int_claimed_months_expanded') }}

),

claimed as (

    select
        list_rows.file_name,
        list_rows.row_in_file,
        list_rows.category_id,
        list_rows.region_code,
        claimed_months.operation_month,
        bool_or(
            claims.list_id is not null
            and coalesce(claims.region_code = list_rows.region_code, claims.region_code is null)
        ) as is_claimed
    from list_rows
    left join claims
        on
            list_rows.list_id = claims.list_id
            and list_rows.category_id = claims.category_id
            and list_rows.operation_date between claims.period_start and claims.period_end
    left join claimed_months
        on
            list_rows.list_id = claimed_months.list_id
            and list_rows.category_id = claimed_months.category_id
            and date_trunc('month', list_rows.operation_date) = claimed_months.operation_month
    group by all

),

outcomes as (

    select
        file_name,
        row_in_file,
        fault as outcome
    from unreadable
    union all
    select
        file_name,
        row_in_file,
        case
            when category_id is null then 'no_category'
            when not is_claimed then 'not_claimed'
            when operation_month is null then 'outside_every_period'
            else 'decided'
        end as outcome
    from claimed

),

final as (

    select
        file_name,
        coalesce(outcomes.outcome, 'no_rows') as outcome,
        count(outcomes.outcome) as rows_counted,
        min(outcomes.row_in_file) as first_row
    from files
    left join outcomes using (file_name)
    group by file_name, outcomes.outcome

)

select * from final
