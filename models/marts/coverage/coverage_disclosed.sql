{% set beside_the_comparison = ['excluded', 'same_person_same_day', 'invalid_person_id'] -%}

with

periods as (

    select * from {{ ref('coverage_by_period') }}

),

policies as (

    select * from {{ ref('disclosure_policies') }}
    where policy_id = 'suppress_below_5'

),

regions as (

    select * from {{ ref('dim_region') }}

),

lists as (

    select * from {{ ref('coverage_lists') }}

),

categories as (

    select * from {{ ref('categories') }}

),

sized as (

    select
        periods.*,
        policies.policy_id,
        policies.smallest_shown,
        regions.region_name,
        regions.is_nation,
        lists.list_name_sv,
        categories.category_name_sv as category_name,
        least(nullif(periods.in_both, 0), nullif(periods.list_only, 0), nullif(periods.register_only, 0))
            as smallest,
        least(nullif(periods.received_after_cutoff, 0), nullif(periods.not_in_register, 0)) as smallest_part
    from periods
    inner join regions on periods.region_code = regions.region_code
    inner join lists on periods.list_id = lists.list_id
    inner join categories on periods.category_id = categories.category_id
    cross join policies

),

judged as (

    select
        *,
        coalesce(smallest < smallest_shown, false) as is_small
    from sized

),

-- The nation less the regions that are shown would tell a single one that is hidden, so that the smallest of the others
-- is hidden too.
treated as (

    select
        *,
        is_small
        or (
            not is_nation
            and bool_or(is_small and not is_nation) over same_sum
            and row_number() over (
                partition by settlement_id, list_id, category_id, period_role, is_nation, is_small
                order by operations_in_either, region_code
            ) = 1
        ) as is_suppressed
    from judged
    window same_sum as (partition by settlement_id, list_id, category_id, period_role)

),

-- what is counted beside the comparison is hidden by itself, and then not told of the nation either
beside as (

    select
        *,
        {% for number in beside_the_comparison -%}
            coalesce({{ number }} between 1 and smallest_shown - 1, false) as hides_{{ number }},
        {% endfor -%}
        is_suppressed or coalesce(smallest_part < smallest_shown, false) as hides_received_after_cutoff
    from treated

),

final as (

    select
        settlement_id,
        list_id,
        category_id,
        region_code,
        period_role,
        list_name_sv,
        category_name,
        region_name,
        if(is_nation, '99', region_code) as region_order,
        months_claimed,
        months_in_period,
        operations,
        {% for number in [
            'operations_on_list', 'operations_in_either', 'in_both', 'list_only', 'register_only',
            'share_of_either_percent', 'share_of_list_percent', 'estimated_operations', 'estimate_low', 'estimate_high',
        ] -%}
            if(is_suppressed, null, {{ number }}) as {{ number }},
        {% endfor -%}
        {% for number in ['received_after_cutoff'] + beside_the_comparison -%}
            if(
                hides_{{ number }} or (is_nation and bool_or(hides_{{ number }}) over same_sum), null, {{ number }}
            ) as {{ number }},
        {% endfor -%}
        is_suppressed,
        policy_id
    from beside
    window same_sum as (partition by settlement_id, list_id, category_id, period_role)

)

select * from final
