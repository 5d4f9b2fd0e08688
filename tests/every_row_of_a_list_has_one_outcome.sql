{#
    Every row of a second list in a month that it claims is counted once in each settlement of that month, whatever its
    outcome. Fails with the numbers of rows in the files and in `coverage_counts`.
#}
with

claimed as (

    select distinct
        settlement_id,
        list_id,
        category_id,
        operation_month
    from {{ ref('int_claimed_months_expanded') }}

),

claims as (

    select * from {{ ref('coverage_claims') }}

),

list_rows as (

    select * from {{ ref('int_list_rows_read') }}

),

in_files as (

    select
        claimed.settlement_id,
        claimed.list_id,
        count(*) as rows_in_files
    from claimed
    inner join list_rows
        on
            claimed.list_id = list_rows.list_id
            and claimed.category_id = list_rows.category_id
            and claimed.operation_month = date_trunc('month', list_rows.operation_date)
    inner join claims
        on
            list_rows.list_id = claims.list_id
            and list_rows.category_id = claims.category_id
            and list_rows.operation_date between claims.period_start and claims.period_end
            and coalesce(list_rows.region_code = claims.region_code, claims.region_code is null)
    group by claimed.settlement_id, claimed.list_id

),

in_counts as (

    select
        settlement_id,
        list_id,
        sum(rows_listed) as rows_in_counts
    from {{ ref('coverage_counts') }}
    group by settlement_id, list_id

)

select
    settlement_id,
    list_id,
    in_files.rows_in_files,
    in_counts.rows_in_counts
from in_files
full join in_counts using (settlement_id, list_id)
where in_files.rows_in_files is distinct from in_counts.rows_in_counts
