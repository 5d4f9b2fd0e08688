with

settlements as (

    select * from {{ ref('settlements') }}

),

rounds as (

    select * from {{ ref('grant_rounds') }}

),

earnings as (

    select * from {{ ref('grant_earnings') }}

),

allocations as (

    select * from {{ ref('grant_allocations') }}

),

rates as (

    select * from {{ ref('grant_rates') }}

),

caps as (

    select * from {{ ref('grant_caps') }}

),

round_categories as (

    select * from {{ ref('round_categories') }}

),

pot_shares as (

    select * from {{ ref('bonus_pot_shares') }}

),

bonuses as (

    select * from {{ ref('bonus_pots') }}

),

baseline_periods as (

    select * from {{ ref('round_periods') }}
    where period_role = 'baseline'

),

baseline_counts as (

    select * from {{ ref('operation_counts') }}
    where period_role = 'baseline'

),

equal_shares as (

    select * from {{ ref('int_equal_shares_apportioned') }}

),

documents as (

    select * from {{ ref('source_documents') }}

),

-- one row for each round, whose baseline periods rest on the same words
baselines as (

    select
        round_id,
        min(source_id) as source_id,
        min(source_ref) as source_ref,
        min(quote) as quote_sv
    from baseline_periods
    group by round_id

),

-- the years behind each mean; of published counts only the mean is known
baseline_years as (

    select
        settlement_id,
        baseline_counts.region_code,
        baseline_counts.category_id,
        baseline_periods.round_id,
        cast(year(baseline_periods.period_start) as integer) as baseline_year,
        {{ complete_sum('baseline_counts.operations') }} as operations
    from baseline_counts
    inner join settlements using (settlement_id)
    inner join baseline_periods
        on
            settlements.round_id = baseline_periods.round_id
            and baseline_counts.operation_month between baseline_periods.period_start and baseline_periods.period_end
    group by
        settlement_id, baseline_counts.region_code, baseline_counts.category_id,
        baseline_periods.round_id, baseline_periods.period_start

),

-- A1: the share before it is rounded, and who gets the kronor left over
shares as (

    select
        settlement_id,
        equal_shares.region_code,
        settlements.round_id,
        equal_shares.appropriation_kr,
        equal_shares.recipients,
        equal_shares.appropriation_kr / equal_shares.recipients as equal_share_kr,
        equal_shares.left_over_kr,
        equal_shares.left_over_place
    from equal_shares
    inner join settlements using (settlement_id)

),

-- the figures of the steps that are about a category
category_steps as (

    select
        settlement_id,
        earnings.region_code,
        earnings.category_id,
        round_id,
        if(rounds.allocation_model = 'volume', 'A2', 'A3') as rule_id,
        earnings.operations,
        earnings.baseline_mean,
        earnings.eligible_operations,
        earnings.rate_kr,
        earnings.earned_kr
    from earnings
    inner join settlements using (settlement_id)
    inner join rounds using (round_id)

),

-- the figures of the steps that are about the region as a whole
region_steps as (

    select
        settlement_id,
        allocations.region_code,
        round_id,
        allocations.earned_kr,
        allocations.cap_kr,
        allocations.performance_kr,
        allocations.allocated_kr,
        case rounds.allocation_model when 'equal_share' then 'A1' when 'volume' then 'A2' else 'A3' end as rule_id
    from allocations
    inner join settlements using (settlement_id)
    inner join rounds using (round_id)

),

steps as (

    {% for step_order, step, column, rule, decided_by, seed in [
        (1, 'operations', 'operations', "'R1-R9'", 'counted rows of contact_decisions', 'round_categories'),
        (3, 'baseline_mean', 'baseline_mean', "'A3'", 'seeds.round_periods', 'baselines'),
        (4, 'eligible_operations', 'eligible_operations', 'category_steps.rule_id', 'operations above the baseline', none),
        (5, 'rate_kr', 'rate_kr', 'category_steps.rule_id', 'seeds.grant_rates', 'rates'),
        (6, 'category_earned_kr', 'earned_kr', 'category_steps.rule_id', 'eligible_operations * rate_kr', none),
    ] -%}
        select
            category_steps.settlement_id,
            category_steps.region_code,
            category_steps.category_id,
            null as baseline_year,
            {{ step_order }} as step_order,
            '{{ step }}' as step,
            {{ rule }} as rule_id,
            cast(category_steps.{{ column }} as decimal(18, 6)) as figure,
            '{{ decided_by }}' as decided_by,
            null as derivation_sv,
            {{ seed ~ '.source_id' if seed else 'null' }} as source_id,
            {{ seed ~ '.source_ref' if seed else 'null' }} as source_ref,
            {{ seed ~ ('.quote_sv' if seed == 'baselines' else '.quote') if seed else 'null' }} as quote_sv
        from category_steps
        {% if seed == 'baselines' %}inner join baselines on category_steps.round_id = baselines.round_id
        {% elif seed %}
            left join {{ seed }}
                on category_steps.round_id = {{ seed }}.round_id and category_steps.category_id = {{ seed }}.category_id
        {% endif %}
        union all
    {% endfor %}
    select
        baseline_years.settlement_id,
        baseline_years.region_code,
        baseline_years.category_id,
        baseline_years.baseline_year,
        2 as step_order,
        'baseline_operations' as step,
        'R1-R9' as rule_id,
        cast(baseline_years.operations as decimal(18, 6)) as figure,
        'counted rows of contact_decisions' as decided_by,
        null as derivation_sv,
        baselines.source_id,
        baselines.source_ref,
        baselines.quote_sv
    from baseline_years
    inner join baselines on baseline_years.round_id = baselines.round_id
    union all
    {% for step_order, step, decided_by, seed in [
        (7, 'earned_kr', 'sum of category_earned_kr', none),
        (8, 'cap_kr', 'seeds.grant_caps', 'caps'),
        (9, 'performance_kr', 'the smaller of earned_kr and cap_kr', none),
        (16, 'allocated_kr', 'seeds.grant_rounds', 'rounds'),
    ] -%}
        select
            region_steps.settlement_id,
            region_steps.region_code,
            null as category_id,
            null as baseline_year,
            {{ step_order }} as step_order,
            '{{ step }}' as step,
            region_steps.rule_id,
            cast(region_steps.{{ step }} as decimal(18, 6)) as figure,
            '{{ decided_by }}' as decided_by,
            {{ 'caps.derivation_sv' if seed == 'caps' else 'null as derivation_sv' }},
            {{ seed ~ '.source_id' if seed else 'null' }} as source_id,
            {{ seed ~ '.source_ref' if seed else 'null' }} as source_ref,
            {{ seed ~ '.quote' if seed else 'null' }} as quote_sv
        from region_steps
        {% if seed == 'caps' %}
            left join caps
                on region_steps.round_id = caps.round_id and region_steps.region_code = caps.region_code
        {% elif seed %}inner join {{ seed }} on region_steps.round_id = {{ seed }}.round_id
        {% endif -%}
        {% if step != 'allocated_kr' %}where region_steps.rule_id != 'A1'
        {% endif -%}
        union all
    {% endfor %}
    {% for step_order, step, decided_by, seed in [
        (11, 'appropriation_kr', 'seeds.grant_rounds', 'rounds'),
        (12, 'recipients', 'the regions that receive grants', none),
        (13, 'equal_share_kr', 'appropriation_kr / recipients', none),
        (14, 'left_over_kr', 'what rounding down leaves', none),
        (15, 'left_over_place', 'tie_break_round_id, region_code', none),
    ] -%}
        select
            shares.settlement_id,
            shares.region_code,
            null as category_id,
            null as baseline_year,
            {{ step_order }} as step_order,
            '{{ step }}' as step,
            'A1' as rule_id,
            cast(shares.{{ step }} as decimal(18, 6)) as figure,
            '{{ decided_by }}' as decided_by,
            null as derivation_sv,
            {{ seed ~ '.source_id' if seed else 'null' }} as source_id,
            {{ seed ~ '.source_ref' if seed else 'null' }} as source_ref,
            {{ seed ~ '.quote' if seed else 'null' }} as quote_sv
        from shares
        {% if seed %}inner join {{ seed }} on shares.round_id = {{ seed }}.round_id
        {% endif -%}
        union all
    {% endfor %}
    select
        settlement_id,
        bonuses.region_code,
        category_id,
        null as baseline_year,
        10 as step_order,
        'bonus_kr' as step,
        'A4' as rule_id,
        cast(bonuses.bonus_kr as decimal(18, 6)) as figure,
        'seeds.bonus_pot_shares' as decided_by,
        null as derivation_sv,
        pot_shares.source_id,
        pot_shares.source_ref,
        pot_shares.quote as quote_sv
    from bonuses
    inner join settlements using (settlement_id)
    inner join pot_shares using (round_id, category_id)

),

final as (

    select
        steps.settlement_id,
        steps.region_code,
        cast(steps.step_order as integer) as step_order,
        steps.step,
        steps.category_id,
        cast(steps.baseline_year as integer) as baseline_year,
        steps.figure,
        steps.rule_id,
        steps.decided_by,
        steps.derivation_sv,
        documents.document_name,
        documents.diary_number,
        steps.source_ref,
        steps.quote_sv
    from steps
    left join documents using (source_id)

)

select * from final
