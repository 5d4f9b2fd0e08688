with

readings as (

    select * from {{ ref('int_readings_applied') }}

),

earned as (

    select * from {{ ref('int_readings_earned') }}

),

counts as (

    select * from {{ ref('int_readings_counted') }}

),

decisions as (

    select * from {{ ref('int_decisions_counted') }}
    where reason = 'counted' and period_role = 'measured'

),

rounds as (

    select * from {{ ref('grant_rounds') }}

),

pot_shares as (

    select * from {{ ref('bonus_pot_shares') }}

),

populations as (

    select * from {{ ref('region_populations') }}

),

caps as (

    select * from {{ ref('grant_caps') }}

),

paid as (

    select
        settlement_id,
        reading_id,
        {{ complete_sum('performance_kr') }} as performance_kr
    from earned
    group by settlement_id, reading_id

),

-- A4 as in remaining_funds, with what the performance of each reading leaves
remaining as (

    select
        settlement_id,
        reading_id,
        pot_shares.category_id,
        pot_shares.share_percent,
        pot_shares.recipients,
        readings.round_id,
        readings.variant,
        coalesce(
            if(readings.variant = 'population_date', cast(readings.variant_value as date), null),
            rounds.population_date
        ) as population_date,
        if(
            readings.measured_through is null,
            cast(rounds.appropriation_kr - paid.performance_kr as bigint),
            null
        ) as remaining_kr
    from paid
    inner join readings using (settlement_id, reading_id)
    inner join rounds using (round_id)
    inner join pot_shares using (round_id)

),

pots as (

    {{ apportion(
        'remaining', group_by='settlement_id, reading_id', total_kr='remaining_kr', weight='share_percent',
        tie_break='share_percent, category_id'
    ) }}

),

produced as (

    select
        settlement_id,
        category_id,
        producing_region_code as region_code,
        sum(rows_decided) as operations
    from decisions
    group by settlement_id, category_id, producing_region_code

),

candidates as (

    select
        pots.settlement_id,
        pots.reading_id,
        pots.category_id,
        pots.round_id,
        pots.recipients,
        pots.share_kr as pot_kr,
        counts.region_code,
        if(pots.variant = 'pots_by_producing_region', coalesce(produced.operations, 0), counts.operations)
            as operations,
        populations.population
    from pots
    inner join counts
        on
            pots.settlement_id = counts.settlement_id
            and pots.reading_id = counts.reading_id
            and pots.category_id = counts.category_id
    left join produced
        on
            counts.settlement_id = produced.settlement_id
            and counts.category_id = produced.category_id
            and counts.region_code = produced.region_code
    left join populations
        on
            counts.region_code = populations.region_code
            and pots.population_date = populations.population_date

),

ranked as (

    select
        candidates.*,
        caps.cap_kr,
        row_number() over (
            partition by candidates.settlement_id, candidates.reading_id, candidates.category_id
            order by
                candidates.operations / candidates.population desc,
                candidates.operations desc,
                candidates.region_code asc
        ) as rank_in_pot
    from candidates
    left join caps
        on
            candidates.round_id = caps.round_id
            and candidates.region_code = caps.region_code
    where candidates.pot_kr > 0 and candidates.operations > 0

),

sharing as (

    select * from ranked
    where rank_in_pot <= recipients

),

shared as (

    {{ apportion(
        'sharing', group_by='settlement_id, reading_id, category_id', total_kr='pot_kr', weight='cap_kr',
        tie_break='cap_kr, region_code'
    ) }}

),

-- A6: one unknown population leaves a pot unknown, and one unknown pot the bonuses of all
knowledge as (

    select
        settlement_id,
        reading_id,
        bool_and(pot_kr is not null and (pot_kr = 0 or operations = 0 or population is not null)) as is_known
    from candidates
    group by settlement_id, reading_id

),

final as (

    select
        candidates.settlement_id,
        candidates.reading_id,
        candidates.region_code,
        cast(if(any_value(knowledge.is_known), coalesce(sum(shared.share_kr), 0), null) as bigint) as bonus_kr
    from candidates
    inner join knowledge
        on
            candidates.settlement_id = knowledge.settlement_id
            and candidates.reading_id = knowledge.reading_id
    left join shared
        on
            candidates.settlement_id = shared.settlement_id
            and candidates.reading_id = shared.reading_id
            and candidates.category_id = shared.category_id
            and candidates.region_code = shared.region_code
    group by candidates.settlement_id, candidates.reading_id, candidates.region_code

)

select * from final
