with

settlements as (

    select * from {{ ref('settlements') }}
    where counts_from = 'par'

),

categories as (

    select * from {{ ref('categories') }}

),

counts as (

    select * from {{ ref('operation_counts') }}

),

-- several settlements count the same month, each as its cut-off date saw it
newest as (

    select
        counts.category_id,
        year(counts.operation_month) as operation_year,
        counts.operations
    from counts
    inner join settlements using (settlement_id)
    qualify
        row_number() over (
            partition by counts.region_code, counts.category_id, counts.operation_month
            order by settlements.cutoff_date desc, settlement_id asc
        ) = 1

),

final as (

    select
        category_id,
        newest.operation_year,
        any_value(categories.category_name_sv) as category_name,
        cast(sum(newest.operations) as bigint) as operations,
        count(*) - count(newest.operations) as unknown_counts,
        any_value(categories.category_order) as category_order
    from newest
    inner join categories using (category_id)
    group by category_id, newest.operation_year

)

select * from final
