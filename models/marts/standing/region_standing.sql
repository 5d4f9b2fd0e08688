with

categories as (

    select * from {{ ref('standing_by_category') }}

),

performance as (

    select * from {{ ref('int_performance_capped') }}

),

months as (

    select
        settlement_id,
        any_value(months_measured) as months_measured,
        any_value(months_to_come) as months_to_come
    from {{ ref('int_category_standing_combined') }}
    group by settlement_id

),

summed as (

    select
        settlement_id,
        region_code,
        {{ complete_sum('operations_to_cap_in_mix') }} as operations_to_cap_in_mix,
        {{ complete_sum('projected_earned_kr') }} as projected_earned_kr,
        case when count(marginal_value_kr) = count(*) then max(marginal_value_kr) end as largest_marginal_value_kr
    from categories
    group by settlement_id, region_code

),

flags as (

    select * from {{ ref('int_settlements_flagged') }}
    where category_id is null

),

final as (

    select
        settlement_id,
        region_code,
        months.months_measured,
        months.months_to_come,
        performance.earned_kr,
        performance.cap_kr,
        {{ percent('performance.earned_kr', 'performance.cap_kr') }} as share_of_cap_percent,
        performance.cap_kr - performance.performance_kr as available_kr,
        cast(summed.largest_marginal_value_kr as bigint) as largest_marginal_value_kr,
        cast(summed.operations_to_cap_in_mix as bigint) as operations_to_cap_in_mix,
        cast(summed.projected_earned_kr as bigint) as projected_earned_kr,
        cast(
            if(
                summed.projected_earned_kr is null,
                null,
                least(summed.projected_earned_kr, performance.cap_kr)
            ) as bigint
        ) as projected_performance_kr,
        flags.flags
    from performance
    inner join summed using (settlement_id, region_code)
    inner join months using (settlement_id)
    left join flags using (settlement_id, region_code)

)

select * from final
