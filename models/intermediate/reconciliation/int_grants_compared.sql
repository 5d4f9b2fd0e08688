with

measures as (

    select * from {{ ref('published_measures') }}

),

report_regions as (

    select * from {{ ref('int_regions_grouped') }}

),

settlements as (

    select * from {{ ref('settlements') }}

),

allocations as (

    select * from {{ ref('grant_allocations') }}

),

grants as (

    select * from {{ ref('published_grants') }}

),

block1 as (

    select * from {{ ref('published_block1_accounts') }}

),

-- what the regions and the nation got in the rounds that were paid out
allocated as (

    select
        report_regions.region_code,
        settlements.round_id,
        settlement_id,
        {{ complete_sum('allocations.allocated_kr') }} as allocated_kr
    from allocations
    inner join settlements using (settlement_id)
    inner join measures using (settlement_id)
    inner join report_regions on allocations.region_code = report_regions.member_region_code
    where measures.measure = 'grant_kr'
    group by report_regions.region_code, settlements.round_id, settlement_id

),

allocated_with_total as (

    select * from allocated
    union all
    select
        region_code,
        'total' as round_id,
        null as settlement_id,
        {{ complete_sum('allocated_kr') }} as allocated_kr
    from allocated
    group by region_code

),

-- what the agency's own tables, three months later, would have paid
allocated_by_published_counts as (

    select
        report_regions.region_code,
        settlements.round_id,
        settlement_id,
        {{ complete_sum('allocations.allocated_kr') }} as allocated_kr
    from allocations
    inner join settlements using (settlement_id)
    inner join report_regions on allocations.region_code = report_regions.member_region_code
    where settlements.counts_from = 'published'
    group by report_regions.region_code, settlements.round_id, settlement_id

),

-- bilaga 2 prints sums that its rows do not make
accounts as (

    select
        report_regions.region_code,
        sum(block1.requisitioned_kr) as requisitioned_kr,
        sum(block1.spent_kr) as spent_kr
    from block1
    inner join report_regions on block1.region_code = report_regions.member_region_code
    group by report_regions.region_code

),

final as (

    select
        'grant_kr' as measure,
        round_id as figure_id,
        allocated_with_total.settlement_id,
        region_code,
        grants.amount_kr as published_value,
        allocated_with_total.allocated_kr as our_value,
        grants.source_id,
        grants.source_ref
    from grants
    left join allocated_with_total using (region_code, round_id)
    union all
    select
        'grant_kr_by_published_counts' as measure,
        round_id as figure_id,
        allocated_by_published_counts.settlement_id,
        region_code,
        grants.amount_kr as published_value,
        allocated_by_published_counts.allocated_kr as our_value,
        grants.source_id,
        grants.source_ref
    from grants
    inner join allocated_by_published_counts using (region_code, round_id)
    union all
    select
        'requisitioned_kr' as measure,
        round_id as figure_id,
        allocated.settlement_id,
        region_code,
        block1.requisitioned_kr as published_value,
        if(region_code = '00', accounts.requisitioned_kr, allocated.allocated_kr) as our_value,
        block1.source_id,
        block1.source_ref
    from block1
    left join allocated using (region_code, round_id)
    left join accounts using (region_code)
    union all
    select
        'spent_kr' as measure,
        block1.round_id as figure_id,
        null as settlement_id,
        region_code,
        block1.spent_kr as published_value,
        accounts.spent_kr as our_value,
        block1.source_id,
        block1.source_ref
    from block1
    left join accounts using (region_code)
    union all
    select
        'spent_percent' as measure,
        block1.round_id as figure_id,
        null as settlement_id,
        block1.region_code,
        block1.spent_percent as published_value,
        round(100 * block1.spent_kr / block1.requisitioned_kr) as our_value,
        block1.source_id,
        block1.source_ref
    from block1

)

select * from final
