-- What a round measures and what it is compared with.
select period_role, period_start, period_end
from seeds.round_periods
where round_id = $round_id
order by period_start
