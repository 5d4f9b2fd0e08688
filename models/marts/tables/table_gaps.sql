with

gaps as (

    select * from {{ ref('settlement_gaps') }}

),

settlements as (

    select * from {{ ref('settlements') }}

),

categories as (

    select * from {{ ref('categories') }}

),

regions as (

    select * from {{ ref('regions') }}

),

readers as (

    select distinct region_code
    from {{ ref('int_regions_grouped') }}

),

numbers as (

    select count(*) as regions
    from regions

),

-- A region is told of what is its own and what concerns all; the nation (00) of everything.
concerned as (

    select
        readers.region_code,
        gaps.settlement_id,
        gaps.gap,
        gaps.category_id,
        gaps.region_code as lacking_region_code,
        gaps.gap_date
    from gaps
    inner join readers
        on
            readers.region_code = '00'
            or gaps.region_code is null
            or gaps.region_code = readers.region_code

),

final as (

    select
        settlement_id,
        concerned.region_code,
        concerned.gap,
        any_value(settlements.settlement_name_sv) as settlement_name,
        string_agg(distinct categories.category_name_sv, ', ' order by categories.category_name_sv) as categories,
        case
            when count(distinct concerned.lacking_region_code) = any_value(numbers.regions) then 'alla regioner'
            else string_agg(distinct regions.region_name, ', ' order by regions.region_name)
        end as regions,
        min(concerned.gap_date) as first_date,
        max(concerned.gap_date) as last_date,
        string_agg(distinct concerned.category_id, ', ' order by concerned.category_id) as category_ids,
        string_agg(distinct concerned.lacking_region_code, ', ' order by concerned.lacking_region_code)
            as lacking_region_codes,
        count(distinct concerned.lacking_region_code) as lacking_regions
    from concerned
    inner join settlements using (settlement_id)
    cross join numbers
    left join categories using (category_id)
    left join regions on concerned.lacking_region_code = regions.region_code
    group by settlement_id, concerned.region_code, concerned.gap

)

select * from final
