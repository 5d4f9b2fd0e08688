with

settlements as (

    select * from {{ ref('settlements') }}

),

rounds as (

    select * from {{ ref('grant_rounds') }}

),

allocations as (

    select * from {{ ref('grant_allocations') }}

),

accounts as (

    select * from {{ ref('block1_accounts') }}

),

periods as (

    select * from {{ ref('int_operations_summed') }}
    where region_code = '00'

),

earnings as (

    select * from {{ ref('grant_earnings') }}

),

first_months as (

    select
        settlement_id,
        min(operation_month) as first_month
    from {{ ref('int_settlement_months_expanded') }}
    where period_role = 'measured'
    group by settlement_id

),

-- the settlements whose amounts were paid out
paid_settlements as (

    select settlement_id
    from {{ ref('published_measures') }}
    where measure = 'grant_kr'

),

spending as (

    select
        settlements.settlement_id,
        sum(accounts.spent_kr) as spent_kr,
        sum(accounts.unused_kr) as unused_kr,
        count(*) filter (where accounts.is_repaying) as regions_repaying
    from accounts
    inner join settlements using (round_id)
    group by settlements.settlement_id

),

-- A6: an unknown amount could be the largest, and could be at its cap
allocated as (

    select
        settlement_id,
        sum(allocations.allocated_kr) as allocated_kr,
        max(allocations.allocated_kr) as largest_allocation_kr,
        count(*) filter (where allocations.performance_kr = allocations.cap_kr) as regions_at_cap,
        count(*) filter (where allocations.cap_month = first_months.first_month) as regions_at_cap_in_first_month
    from allocations
    left join first_months using (settlement_id)
    group by settlement_id
    having count(allocations.allocated_kr) = count(*)

),

by_settlement as (

    select
        settlement_id,
        rounds.appropriation_kr,
        rounds.source_id,
        allocated.allocated_kr,
        allocated.largest_allocation_kr,
        allocated.regions_at_cap,
        allocated.regions_at_cap_in_first_month,
        spending.spent_kr,
        spending.unused_kr,
        spending.regions_repaying,
        round(100 * allocated.allocated_kr / rounds.appropriation_kr) as allocated_percent,
        round(100 * spending.spent_kr / rounds.appropriation_kr) as spent_percent
    from settlements
    inner join rounds using (round_id)
    left join allocated using (settlement_id)
    left join spending using (settlement_id)

),

paid_in_all as (

    select
        sum(by_settlement.appropriation_kr) as appropriation_kr,
        {{ complete_sum('by_settlement.allocated_kr') }} as allocated_kr,
        {{ complete_sum('coalesce(by_settlement.spent_kr, by_settlement.allocated_kr)') }} as used_kr
    from by_settlement
    inner join paid_settlements using (settlement_id)

),

paid as (

    select
        *,
        round(100 * used_kr / nullif(allocated_kr, 0)) as used_percent_of_allocated,
        round(100 * used_kr / appropriation_kr) as used_percent_of_appropriation
    from paid_in_all

),

by_category as (

    select
        settlement_id,
        category_id,
        round(100 * operations_other_region / nullif(operations, 0)) as other_region_percent,
        round(100 * operations_private / nullif(operations, 0)) as private_percent,
        change_percent as growth_percent
    from periods

),

documents as (

    select
        source_id,
        sum(appropriation_kr) as appropriation_kr
    from rounds
    group by source_id

),

figures as (

    select
        metric,
        settlement_id,
        null as category_id,
        figure
    from by_settlement
    unpivot (
        figure for metric in (
            appropriation_kr,
            allocated_kr,
            allocated_percent,
            largest_allocation_kr,
            regions_at_cap,
            regions_at_cap_in_first_month,
            spent_kr,
            spent_percent,
            unused_kr,
            regions_repaying
        )
    )
    union all
    select
        metric,
        settlement_id,
        category_id,
        figure
    from by_category
    unpivot (figure for metric in (other_region_percent, private_percent, growth_percent))
    union all
    select
        metric,
        null as settlement_id,
        null as category_id,
        figure
    from paid
    unpivot (
        figure for metric in (
            appropriation_kr, allocated_kr, used_kr, used_percent_of_appropriation, used_percent_of_allocated
        )
    )
    union all
    select
        'appropriation_of_document_kr' as metric,
        by_settlement.settlement_id,
        null as category_id,
        documents.appropriation_kr as figure
    from by_settlement
    inner join documents using (source_id)
    union all
    select distinct
        'rate_kr' as metric,
        settlement_id,
        category_id,
        rate_kr as figure
    from earnings

),

final as (

    select
        metric,
        settlement_id,
        category_id,
        cast(figure as decimal(18, 3)) as figure
    from figures

)

select * from final
