{# Two tables of overlapping periods, or of one period at two cut-offs, could be subtracted from each other. #}
with

disclosed as (

    select
        settlement_id,
        periods.period_start,
        periods.period_end
    from {{ ref('int_settlement_periods_limited') }} as periods
    inner join {{ ref('disclosed_settlements') }} using (settlement_id)
    where periods.period_role = 'measured'

)

select
    one.settlement_id,
    other.settlement_id as other_settlement_id
from disclosed as one
inner join disclosed as other
    on
        one.settlement_id < other.settlement_id
        and one.period_start <= other.period_end
        and one.period_end >= other.period_start
