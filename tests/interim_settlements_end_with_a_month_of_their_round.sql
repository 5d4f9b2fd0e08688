{#
    An interim settlement counts from the register, through the last day of a month of its round's measured period that
    was over at the cut-off date. Anything else would compare part of a month with a whole one, or months that nobody could
    have reported yet.
#}
select
    settlements.settlement_id,
    settlements.measured_through,
    settlements.cutoff_date
from {{ ref('settlements') }} as settlements
left join {{ ref('round_periods') }} as measured
    on
        settlements.round_id = measured.round_id
        and measured.period_role = 'measured'
        and settlements.measured_through >= measured.period_start
        and settlements.measured_through < measured.period_end
where
    settlements.measured_through is not null
    and (
        measured.round_id is null
        or settlements.counts_from != 'par'
        or settlements.measured_through != last_day(settlements.measured_through)
        or settlements.cutoff_date <= settlements.measured_through
    )
