with

periods as (

    select * from {{ ref('coverage_by_period') }}

),

policies as (

    select * from {{ ref('disclosure_policies') }}
    where policy_id = 'suppress_below_5'

),

sized as (

    select
        periods.*,
        policies.policy_id,
        policies.smallest_shown,
        periods.region_code = '00' as is_nation,
        least(nullif(periods.in_both, 0), nullif(periods.list_only, 0), nullif(periods.register_only, 0)) as smallest,
        least(nullif(periods.received_after_cutoff, 0), nullif(periods.not_in_register, 0)) as smallest_part
    from periods
    cross join policies

),

-- Where a single region is hidden the nation less the others would tell it, so that the smallest of the others is
-- hidden too.
treated as (

    select
        *,
        coalesce(smallest < smallest_shown, false) as is_small,
        is_small
        or (
            not is_nation
            and bool_or(is_small and not is_nation) over same_sum
            and row_number() over (
                partition by settlement_id, list_id, category_id, period_role, is_nation, is_small
                order by operations_in_either, region_code
            ) = 1
        ) as is_suppressed
    from sized
    window same_sum as (partition by settlement_id, list_id, category_id, period_role)

),

final as (

    select
        settlement_id,
        list_id,
        category_id,
        region_code,
        period_role,
        months_claimed,
        months_in_period,
        operations,
        {% for number in [
            'operations_on_list', 'operations_in_either', 'in_both', 'list_only', 'register_only',
            'share_of_either_percent', 'share_of_list_percent', 'estimated_operations', 'estimate_low', 'estimate_high',
        ] -%}
            if(is_suppressed, null, {{ number }}) as {{ number }},
        {% endfor -%}
        if(is_suppressed or smallest_part < smallest_shown, null, received_after_cutoff) as received_after_cutoff,
        {% for number in ['excluded', 'same_person_same_day', 'invalid_person_id'] -%}
            if({{ number }} between 1 and smallest_shown - 1, null, {{ number }}) as {{ number }},
        {% endfor -%}
        is_suppressed,
        policy_id
    from treated

)

select * from final
