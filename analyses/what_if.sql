{# Other models, caps, rates and baselines on the same operations: one line for each row of the seed `scenarios`, whose
   Swedish names say what each one changes.
   dbt show --select what_if --limit 50
   The report's own conclusion (Socialstyrelsens kommentarer): "Den första modellen gav inte tillräckliga incitament för
   regionerna att öka antalet operationer." In the first line every region reaches its cap in February or March, most of
   what was earned lay above the caps, and no region earns anything by one more operation. #}
with

outcomes as (

    select
        scenario_id,
        sum(performance_kr) / 1000000 as paid_mkr,
        100 * sum(performance_kr) / nullif(sum(earned_kr), 0) as paid_percent,
        count(*) filter (where performance_kr = cap_kr) as regions_at_cap,
        min(cap_month) as first_cap_month,
        max(cap_month) as last_cap_month,
        count(*) filter (where largest_marginal_value_kr > 0) as regions_that_gain
    from {{ ref('scenario_outcomes') }}
    group by scenario_id

)

select
    scenario_id as scenario,
    scenarios.allocation_model as by_model,
    round(outcomes.paid_mkr, 1) as paid_mkr,
    round(outcomes.paid_percent) as percent_of_earned,
    outcomes.regions_at_cap
    || case
        when outcomes.first_cap_month is null then ''
        else
            ' in months ' || month(outcomes.first_cap_month) || '-' || month(outcomes.last_cap_month)
    end as at_cap,
    outcomes.regions_that_gain as gain_by_one_more
from outcomes
inner join {{ ref('scenarios') }} as scenarios using (scenario_id)
order by scenarios.scenario_order
