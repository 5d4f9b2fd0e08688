with

settlements as (

    select * from {{ ref('settlements') }}
    where measured_through is null

),

decisions as (

    select * from {{ ref('table_decisions') }}

),

quality as (

    select * from {{ ref('count_quality') }}
    where period_role = 'measured' and region_code != '00'

),

allocations as (

    select * from {{ ref('grant_allocations') }}

),

decided as (

    select
        settlement_id,
        cast(sum(contact_rows) as bigint) as contact_rows
    from decisions
    group by settlement_id

),

assessed as (

    select
        settlement_id,
        count(*) as measured_counts,
        count(flags) as flagged_counts
    from quality
    group by settlement_id

),

allocated as (

    select
        settlement_id,
        if(bool_and(status = 'final'), 'final', 'provisional') as status,
        count(*) as regions,
        count(*) filter (where status = 'final') as final_regions,
        count(allocated_kr) as known_regions,
        cast({{ complete_sum('allocated_kr') }} as bigint) as allocated_kr
    from allocations
    group by settlement_id

),

final as (

    select
        settlement_id,
        settlements.round_id,
        decided.contact_rows,
        assessed.measured_counts,
        assessed.flagged_counts,
        allocated.status,
        allocated.regions,
        allocated.final_regions,
        allocated.known_regions,
        allocated.allocated_kr
    from settlements
    left join decided using (settlement_id)
    left join assessed using (settlement_id)
    left join allocated using (settlement_id)

)

select * from final
