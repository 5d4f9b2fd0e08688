{#
    A round that pays for an increase has one measured period and baseline periods of the same months of earlier years
    (A3, "motsvarande period"). A baseline of fewer or other months would give a lower or a seasonal mean, and every
    region an increase that nobody worked for.
#}
with

rounds as (

    select round_id from {{ ref('grant_rounds') }}
    where allocation_model = 'increase'

),

periods as (

    select
        round_id,
        period_role,
        year(period_start) as period_year,
        month(period_start) as first_month,
        datediff('month', period_start, period_end) as further_months
    from {{ ref('round_periods') }}

),

measured as (

    select * from periods
    where period_role = 'measured'

),

baseline as (

    select * from periods
    where period_role = 'baseline'

)

select
    rounds.round_id,
    measured.period_year as measured_year,
    baseline.period_year as baseline_year
from rounds
left join measured on rounds.round_id = measured.round_id
left join baseline on rounds.round_id = baseline.round_id
where
    measured.round_id is null
    or baseline.round_id is null
    or baseline.period_year >= measured.period_year
    or baseline.first_month != measured.first_month
    or baseline.further_months != measured.further_months
union all
select
    round_id,
    min(measured.period_year) as measured_year,
    null as baseline_year
from measured
inner join rounds using (round_id)
group by round_id
having count(*) > 1
