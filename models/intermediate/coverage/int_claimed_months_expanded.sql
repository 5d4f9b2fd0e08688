with

months as (

    select * from {{ ref('int_settlement_months_expanded') }}

),

settlements as (

    select * from {{ ref('settlements') }}
    where counts_from = 'par' and measured_through is null

),

round_categories as (

    select * from {{ ref('round_categories') }}
    where counts_from = 'par'

),

claims as (

    select * from {{ ref('coverage_claims') }}

),

regions as (

    select * from {{ ref('regions') }}

),

-- A list of which no file was read claims nothing.
lists_read as (

    select distinct list_id
    from {{ ref('int_list_rows_read') }}

),

final as (

    select
        months.settlement_id,
        claims.list_id,
        claims.category_id,
        regions.region_code,
        months.operation_month,
        months.period_role,
        settlements.cutoff_date,
        round_categories.definition_id
    from months
    inner join settlements using (settlement_id)
    inner join round_categories on settlements.round_id = round_categories.round_id
    inner join claims
        on
            round_categories.category_id = claims.category_id
            and months.operation_month between claims.period_start and claims.period_end
    inner join lists_read on claims.list_id = lists_read.list_id
    inner join regions on coalesce(claims.region_code, regions.region_code) = regions.region_code

)

select * from final
