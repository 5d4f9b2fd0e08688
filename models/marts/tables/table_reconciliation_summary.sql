with

reconciliation as (

    select * from {{ ref('published_reconciliation') }}

),

-- each figure in its table, and among all
counted as (

    select
        measure,
        explanation,
        source_ref
    from reconciliation
    union all
    select
        'total' as measure,
        explanation,
        null as source_ref
    from reconciliation

),

final as (

    select
        measure,
        count(*) as figures,
        cast(row_number() over (order by min(source_ref) nulls last, measure) as integer) as measure_order,
    {% for explanation in ['exact', 'rounding', 'vintage', 'inconsistency', 'not_computed', 'unexplained'] -%}
        count(*) filter (where explanation = '{{ explanation }}') as {{ explanation }}
        {{- "," if not loop.last }}
    {% endfor %}
    from counted
    group by measure

)

select * from final
