{#
    A1, whole kronor: share a total in proportion to weights. Shares are floored; the kronor left over go one each to
    the largest fractions, ties by `tie_break`. Whole numbers throughout, so that the shares sum to the
    total exactly. A NULL total or weight makes every share of its group NULL.

    relation: the CTE to read. group_by: what one total is shared within. Adds the column `share_kr` to the relation,
    and those it is computed from: the share rounded down (`apportion_floor`), the kronor left over in its group
    (`apportion_left_kr`) and its place in the order in which these are given out (`apportion_place`).
#}
{% macro apportion(relation, group_by, total_kr, weight, tie_break) %}
    select
        *,
        cast(apportion_floor + if(apportion_place <= apportion_left_kr, 1, 0) as bigint) as share_kr
    from (
        select
            *,
            {{ total_kr }} - sum(apportion_floor) over (partition by {{ group_by }}) as apportion_left_kr,
            row_number() over (
                partition by {{ group_by }}
                order by apportion_product % apportion_divisor desc, {{ tie_break }}
            ) as apportion_place
        from (
            select
                *,
                apportion_product // apportion_divisor as apportion_floor
            from (
                select
                    *,
                    cast({{ total_kr }} as hugeint) * {{ weight }} as apportion_product,
                    if(
                        count({{ weight }}) over (partition by {{ group_by }})
                        = count(*) over (partition by {{ group_by }}),
                        sum({{ weight }}) over (partition by {{ group_by }}),
                        null
                    ) as apportion_divisor
                from {{ relation }}
            ) as weighted
        ) as floored
    ) as ordered
{% endmacro %}
