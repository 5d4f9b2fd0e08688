with

claimed as (

    select * from {{ ref('int_claimed_months_expanded') }}

),

settlement_months as (

    select * from {{ ref('int_settlement_months_expanded') }}

),

counts as (

    select * from {{ ref('coverage_counts') }}

),

operation_counts as (

    select * from {{ ref('operation_counts') }}

),

lists as (

    select * from {{ ref('coverage_lists') }}

),

months_of_periods as (

    select
        settlement_id,
        period_role,
        count(*) as months_in_period
    from settlement_months
    group by settlement_id, period_role

),

claimed_with_nation as (

    select
        *,
        unnest(['00', region_code]) as region_or_nation
    from claimed

),

-- rows without a region are the nation's
counts_with_nation as (

    select
        *,
        unnest(list_distinct(['00', coalesce(region_code, '00')])) as region_or_nation
    from counts

),

-- what the register counts in the months that the list claims; unknown where one is not delivered (A6, A7)
registered as (

    select
        claimed.settlement_id,
        claimed.list_id,
        claimed.category_id,
        claimed.region_or_nation as region_code,
        claimed.period_role,
        count(distinct claimed.operation_month) as months_claimed,
        {{ complete_sum('operation_counts.operations') }} as operations
    from claimed_with_nation as claimed
    inner join operation_counts using (settlement_id, category_id, region_code, operation_month)
    group by
        claimed.settlement_id,
        claimed.list_id,
        claimed.category_id,
        claimed.region_or_nation,
        claimed.period_role

),

compared as (

    select
        settlement_id,
        list_id,
        category_id,
        region_or_nation as region_code,
        period_role,
        sum(in_both) as in_both,
        sum(list_only) as list_only,
        sum(received_after_cutoff) as received_after_cutoff,
        sum(not_in_register) as not_in_register,
        sum(register_only) as register_only,
        sum(excluded) as excluded,
        sum(same_person_same_day) as same_person_same_day,
        sum(invalid_person_id) as invalid_person_id
    from counts_with_nation
    group by settlement_id, list_id, category_id, region_or_nation, period_role

),

joined as (

    select
        registered.settlement_id,
        registered.list_id,
        registered.category_id,
        registered.region_code,
        registered.period_role,
        registered.months_claimed,
        months_of_periods.months_in_period,
        cast(registered.operations as bigint) as operations,
    {% for count in [
        'in_both', 'list_only', 'received_after_cutoff', 'not_in_register', 'register_only', 'excluded',
        'same_person_same_day', 'invalid_person_id',
    ] -%}
        cast(if(registered.operations is null, null, coalesce(compared.{{ count }}, 0)) as bigint) as {{ count }}
        {{- "," if not loop.last }}
    {% endfor %}
    from registered
    inner join months_of_periods using (settlement_id, period_role)
    left join compared using (settlement_id, list_id, category_id, region_code, period_role)

),

estimated as (

    select
        joined.*,
        lists.interval_deviations,
        joined.operations + joined.list_only as operations_in_either,
        joined.in_both + joined.list_only as operations_on_list
    from joined
    inner join lists using (list_id)

),

-- Chapman: two lists that each find operations without regard to the other tell by their overlap how many there are.
with_interval as (

    select
        *,
        (operations + 1.0) * (operations_on_list + 1.0) / (in_both + 1.0) - 1 as estimate,
        interval_deviations * sqrt(
            (operations + 1.0) * (operations_on_list + 1.0) * register_only * list_only
            / ((in_both + 1.0) * (in_both + 1.0) * (in_both + 2.0))
        ) as half_interval
    from estimated

),

final as (

    select
        settlement_id,
        list_id,
        category_id,
        region_code,
        period_role,
        cast(months_claimed as integer) as months_claimed,
        cast(months_in_period as integer) as months_in_period,
        operations,
        operations_on_list,
        operations_in_either,
        in_both,
        list_only,
        received_after_cutoff,
        not_in_register,
        register_only,
        excluded,
        same_person_same_day,
        invalid_person_id,
        {{ percent('operations', 'operations_in_either') }} as share_of_either_percent,
        {{ percent('in_both', 'operations_on_list') }} as share_of_list_percent,
        cast(round(estimate) as bigint) as estimated_operations,
        cast(round(greatest(estimate - half_interval, operations_in_either)) as bigint) as estimate_low,
        cast(round(estimate + half_interval) as bigint) as estimate_high
    from with_interval

)

select * from final
