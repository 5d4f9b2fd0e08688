with

accounts as (

    select * from {{ ref('block1_accounts') }}

),

report_regions as (

    select * from {{ ref('int_regions_grouped') }}

),

regions as (

    select * from {{ ref('dim_region') }}

),

summed as (

    select
        accounts.round_id,
        report_regions.region_code,
        cast(sum(accounts.requisitioned_kr) as bigint) as requisitioned_kr,
        cast(sum(accounts.spent_kr) as bigint) as spent_kr,
        cast(sum(accounts.unused_kr) as bigint) as unused_kr
    from accounts
    inner join report_regions on accounts.region_code = report_regions.member_region_code
    group by accounts.round_id, report_regions.region_code

),

final as (

    select
        summed.round_id,
        region_code,
        if(regions.is_nation, 'Summa', regions.region_name) as row_name,
        summed.requisitioned_kr,
        summed.spent_kr,
        summed.unused_kr,
        cast(round(100 * summed.spent_kr / summed.requisitioned_kr) as integer) as spent_percent,
        regions.is_nation as is_total
    from summed
    inner join regions using (region_code)

)

select * from final
