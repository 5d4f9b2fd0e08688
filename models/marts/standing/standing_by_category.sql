with

categories as (

    select * from {{ ref('int_category_standing_combined') }}

),

mixes as (

    select * from {{ ref('int_mixes_extended_to_cap') }}

),

flags as (

    select * from {{ ref('int_settlements_flagged') }}

),

projected as (

    select
        *,
        {{ rounded_mean('baseline_operations', 'baseline_years') }} as whole_baseline_operations
    from categories

),

final as (

    select
        projected.settlement_id,
        projected.region_code,
        projected.category_id,
        projected.operations,
        cast(projected.operations_below_baseline as bigint) as operations_below_baseline,
        projected.rate_kr,
        projected.earned_kr,
        cast(case
            when projected.rate_kr is null or projected.available_kr is null then null
            when projected.operations_below_baseline > 0 then 0
            else least(projected.rate_kr, projected.available_kr)
        end as bigint) as marginal_value_kr,
        cast(case
            when projected.available_kr = 0 then 0
            else
                projected.operations_below_baseline
                + (projected.available_kr + projected.rate_kr - 1) // projected.rate_kr
        end as bigint) as operations_to_cap,
        cast(case
            when projected.available_kr = 0 then 0
            else
                (mixes.needed_kr * projected.recent_operations + mixes.earned_by_recent_operations_kr - 1)
                // mixes.earned_by_recent_operations_kr
        end as bigint) as operations_to_cap_in_mix,
        projected.recent_months,
        projected.recent_operations,
        projected.projected_operations,
        cast(
            projected.rate_kr * {{ eligible_operations(
                'projected.allocation_model', 'projected.projected_operations', 'projected.whole_baseline_operations'
            ) }} as bigint
        ) as projected_earned_kr,
        flags.flags
    from projected
    left join mixes
        on
            projected.settlement_id = mixes.settlement_id
            and projected.region_code = mixes.region_code
    left join flags
        on
            projected.settlement_id = flags.settlement_id
            and projected.region_code = flags.region_code
            and projected.category_id = flags.category_id

)

select * from final
