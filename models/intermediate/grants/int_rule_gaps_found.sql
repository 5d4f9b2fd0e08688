with

settlements as (

    select * from {{ ref('settlements') }}

),

rounds as (

    select * from {{ ref('grant_rounds') }}

),

periods as (

    select * from {{ ref('round_periods') }}

),

round_categories as (

    select * from {{ ref('round_categories') }}

),

rates as (

    select * from {{ ref('grant_rates') }}

),

caps as (

    select * from {{ ref('grant_caps') }}

),

definitions as (

    select * from {{ ref('operation_definitions') }}

),

procedure_codes as (

    select * from {{ ref('procedure_codes') }}

),

diagnosis_codes as (

    select * from {{ ref('diagnosis_codes') }}

),

earnings as (

    select * from {{ ref('grant_earnings') }}

),

performance as (

    select * from {{ ref('int_performance_capped') }}

),

ranking as (

    select * from {{ ref('int_bonus_candidates_ranked') }}

),

measured_starts as (

    select
        round_id,
        min(period_start) as measured_start
    from periods
    where period_role = 'measured'
    group by round_id

),

provisional_rounds as (

    select
        settlements.settlement_id,
        'round' as gap,
        null as category_id,
        null as region_code,
        null as gap_date
    from settlements
    inner join rounds using (round_id)
    where rounds.status = 'provisional'

),

provisional_periods as (

    select
        settlements.settlement_id,
        'period' as gap,
        null as category_id,
        null as region_code,
        periods.period_start as gap_date
    from settlements
    inner join periods using (round_id)
    where periods.status = 'provisional'

),

unset_rates as (

    select distinct
        settlement_id,
        'rate' as gap,
        category_id,
        null as region_code,
        measured_starts.measured_start as gap_date
    from earnings
    inner join settlements using (settlement_id)
    inner join measured_starts using (round_id)
    left join rates using (round_id, category_id)
    where rates.rate_kr is null or rates.status = 'provisional'

),

unset_caps as (

    select
        performance.settlement_id,
        'cap' as gap,
        null as category_id,
        region_code,
        null as gap_date
    from performance
    left join caps using (round_id, region_code)
    where caps.cap_kr is null or caps.status = 'provisional'

),

-- lists that have a code which is not the agency's own, from its first day to its last
provisional_lists as (

    select
        definitions.definition_id,
        codes.valid_from,
        coalesce(codes.valid_to, date '9999-12-31') as valid_to
    from definitions
    inner join procedure_codes as codes on definitions.procedure_list_id = codes.list_id
    where codes.status = 'provisional'
    union all
    select
        definitions.definition_id,
        codes.valid_from,
        coalesce(codes.valid_to, date '9999-12-31') as valid_to
    from definitions
    inner join diagnosis_codes as codes on definitions.diagnosis_list_id = codes.list_id
    where codes.status = 'provisional'

),

-- a category whose terms, or whose codes in one of the periods, stand in for the agency's own
provisional_categories as (

    select
        settlements.settlement_id,
        'code_list' as gap,
        round_categories.category_id,
        null as region_code,
        null as gap_date
    from settlements
    inner join round_categories using (round_id)
    where
        round_categories.status = 'provisional'
        or exists (
            select 1
            from provisional_lists
            inner join periods
                on
                    provisional_lists.valid_from <= periods.period_end
                    and provisional_lists.valid_to >= periods.period_start
            where
                provisional_lists.definition_id = round_categories.definition_id
                and periods.round_id = round_categories.round_id
                and settlements.counts_from = 'par'
        )

),

unset_populations as (

    select distinct
        ranking.settlement_id,
        'population' as gap,
        null as category_id,
        ranking.region_code,
        rounds.population_date as gap_date
    from ranking
    inner join rounds using (round_id)
    where ranking.population is null or ranking.population_status = 'provisional'

),

final as (

    select * from provisional_rounds
    union all
    select * from provisional_periods
    union all
    select * from unset_rates
    union all
    select * from unset_caps
    union all
    select * from provisional_categories
    union all
    select * from unset_populations

)

select * from final
