with

worth as (

    select * from {{ ref('coverage_worth') }}

),

-- a region of which a count is hidden: the amount would tell it
hidden as (

    select distinct
        settlement_id,
        list_id,
        region_code
    from {{ ref('coverage_disclosed') }}
    where is_suppressed

),

regions as (

    select * from {{ ref('dim_region') }}

),

lists as (

    select * from {{ ref('coverage_lists') }}

),

final as (

    select
        worth.settlement_id,
        worth.list_id,
        worth.region_code,
        lists.list_name_sv,
        regions.region_name,
        worth.performance_kr,
        worth.cap_kr,
        if(hidden.region_code is null, worth.missing_measured, null) as missing_measured,
        if(hidden.region_code is null, worth.worth_kr, null) as worth_kr,
        if(hidden.region_code is null, worth.missing_baseline, null) as missing_baseline,
        if(hidden.region_code is null, worth.worth_in_both_periods_kr, null) as worth_in_both_periods_kr,
        hidden.region_code is not null as is_suppressed
    from worth
    inner join regions on worth.region_code = regions.region_code
    inner join lists on worth.list_id = lists.list_id
    left join hidden
        on
            worth.settlement_id = hidden.settlement_id
            and worth.list_id = hidden.list_id
            and worth.region_code = hidden.region_code

)

select * from final
