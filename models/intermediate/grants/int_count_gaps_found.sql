with

settlements as (

    select * from {{ ref('settlements') }}

),

rounds as (

    select * from {{ ref('grant_rounds') }}

),

counts as (

    select * from {{ ref('operation_counts') }}

),

earnings as (

    select * from {{ ref('grant_earnings') }}

),

received as (

    select * from {{ ref('int_register_received') }}

),

-- A7: the register is delivered for all categories or for none
undelivered_months as (

    select distinct
        settlement_id,
        if(period_role = 'measured', 'not_delivered', 'baseline_not_delivered') as gap,
        null as category_id,
        region_code,
        operation_month as gap_date
    from counts
    where operations is null and counts_from = 'par'

),

-- published tables have no months for the baseline, only its mean
missing_months as (

    select
        settlement_id,
        'month' as gap,
        category_id,
        region_code,
        operation_month as gap_date
    from counts
    where
        operations is null
        and (counts_from = 'region_reports' or (counts_from = 'published' and period_role = 'measured'))

),

missing_means as (

    select
        settlement_id,
        'baseline' as gap,
        earnings.category_id,
        earnings.region_code,
        null as gap_date
    from earnings
    inner join settlements using (settlement_id)
    inner join rounds using (round_id)
    where
        settlements.counts_from = 'published'
        and rounds.allocation_model = 'increase'
        and earnings.baseline_mean is null

),

months_to_come as (

    select
        settlement_id,
        'months_to_come' as gap,
        null as category_id,
        null as region_code,
        measured_through as gap_date
    from settlements
    where measured_through is not null

),

unreached_cutoffs as (

    select
        settlements.settlement_id,
        'cutoff_not_reached' as gap,
        null as category_id,
        null as region_code,
        settlements.cutoff_date as gap_date
    from settlements
    cross join received
    where
        settlements.counts_from = 'par'
        and coalesce(settlements.cutoff_date > received.received_through, true)

),

final as (

    select * from undelivered_months
    union all
    select * from missing_months
    union all
    select * from missing_means
    union all
    select * from months_to_come
    union all
    select * from unreached_cutoffs

)

select * from final
