{#
    Periods begin on the first and end on the last day of a month. Counts are by month (R8), so a period that began on
    the fifteenth would be paid for as if it had begun on the first, or not be seen as wrong at all.
#}
select
    round_id,
    period_start,
    period_end
from {{ ref('round_periods') }}
where period_start != date_trunc('month', period_start) or period_end != last_day(period_end)
