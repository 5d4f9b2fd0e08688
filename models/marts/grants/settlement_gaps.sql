with

settlements as (

    select * from {{ ref('settlements') }}

),

pot_shares as (

    select * from {{ ref('bonus_pot_shares') }}

),

rule_gaps as (

    select * from {{ ref('int_rule_gaps_found') }}

),

count_gaps as (

    select * from {{ ref('int_count_gaps_found') }}

),

layout_gaps as (

    select * from {{ ref('int_layout_gaps_found') }}

),

gaps as (

    select * from rule_gaps
    union all
    select * from layout_gaps
    union all
    select * from count_gaps

),

rounds_with_pots as (

    select distinct round_id
    from pot_shares

),

-- A8: pots are shared, so what one region lacks is lacking for all
shared_gaps as (

    select distinct
        settlement_id,
        gaps.gap,
        gaps.category_id,
        null as region_code,
        gaps.gap_date
    from gaps
    inner join settlements using (settlement_id)
    inner join rounds_with_pots using (round_id)
    where gaps.region_code is not null

),

all_gaps as (

    select * from gaps
    union all
    select * from shared_gaps

),

final as (

    select
        settlement_id,
        settlements.round_id,
        all_gaps.gap,
        all_gaps.category_id,
        all_gaps.region_code,
        all_gaps.gap_date
    from all_gaps
    inner join settlements using (settlement_id)

)

select * from final
