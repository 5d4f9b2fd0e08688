with

documents as (

    select * from {{ ref('source_documents') }}

),

rounds as (

    select * from {{ ref('table_rounds') }}

),

categories as (

    select * from {{ ref('categories') }}

),

regions as (

    select * from {{ ref('regions') }}

),

flags as (

    select * from {{ ref('quality_flags') }}

),

rules as (

    select
        'rule' as list_id,
        rule_id as entry_id,
        cast(null as string) as part_of,
        rule_name_sv as name_sv,
        rule_sv as text_sv,
        choice_sv,
        quote,
        source_id,
        source_ref,
        cast(null as date) as first_month,
        cast(null as date) as last_month,
        rule_order as entry_order
    from {{ ref('rules') }}

),

warnings as (

    select
        'flag' as list_id,
        flag_id as entry_id,
        null as part_of,
        flag_name_sv as name_sv,
        rule_sv as text_sv,
        null as choice_sv,
        quote,
        source_id,
        source_ref,
        null as first_month,
        null as last_month,
        flag_order as entry_order
    from flags

),

-- what the documents themselves say about the reporting
known_issues as (

    select
        'issue' as list_id,
        concat_ws(' ', flag_id, region_code, category_id, issues.first_month, issues.source_ref) as entry_id,
        null as part_of,
        concat_ws(', ', coalesce(regions.region_name, 'Riket'), lower(categories.category_name_sv)) as name_sv,
        lower(flags.flag_name_sv) as text_sv,
        null as choice_sv,
        issues.quote,
        issues.source_id,
        issues.source_ref,
        issues.first_month,
        issues.last_month,
        row_number() over (
            order by
                flags.flag_order, region_code, categories.category_order, issues.first_month, issues.source_ref
        ) as entry_order
    from {{ ref('known_reporting_issues') }} as issues
    inner join flags using (flag_id)
    left join regions using (region_code)
    left join categories using (category_id)

),

listed_codes as (

    select
        list_id,
        code,
        name_sv,
        status,
        source_id,
        source_ref
    from {{ ref('procedure_codes') }}
    union all
    select
        list_id,
        code,
        name_sv,
        status,
        source_id,
        source_ref
    from {{ ref('diagnosis_codes') }}

),

codes as (

    select
        'code' as list_id,
        list_id || ' ' || code as entry_id,
        list_id as part_of,
        code as name_sv,
        name_sv as text_sv,
        if(status = 'final', null, 'Preliminär: listan är inte myndighetens egen.') as choice_sv,
        null as quoted,
        source_id,
        source_ref,
        null as first_month,
        null as last_month,
        row_number() over (order by list_id, code) as entry_order
    from listed_codes

),

-- every rule of a round with the words that it rests on; without words it is a choice
round_rules as (

    select
        rule_rows.round_id,
        1 as rule_order,
        'anslag' as rule_name,
        rule_rows.source_id,
        rule_rows.source_ref,
        rule_rows.quote
    from {{ ref('grant_rounds') }} as rule_rows
    union all
    select
        rule_rows.round_id,
        2 as rule_order,
        if(rule_rows.period_role = 'measured', 'mätperiod', 'jämförelseår') as rule_name,
        rule_rows.source_id,
        rule_rows.source_ref,
        rule_rows.quote
    from {{ ref('round_periods') }} as rule_rows
    union all
    select
        rule_rows.round_id,
        3 as rule_order,
        'kategori: ' || lower(categories.category_name_sv) as rule_name,
        rule_rows.source_id,
        rule_rows.source_ref,
        rule_rows.quote
    from {{ ref('round_categories') }} as rule_rows
    inner join categories on rule_rows.category_id = categories.category_id
    union all
    select
        rule_rows.round_id,
        4 as rule_order,
        'belopp: ' || lower(categories.category_name_sv) as rule_name,
        rule_rows.source_id,
        rule_rows.source_ref,
        rule_rows.quote
    from {{ ref('grant_rates') }} as rule_rows
    inner join categories on rule_rows.category_id = categories.category_id
    union all
    select
        rule_rows.round_id,
        5 as rule_order,
        'tillägg i beloppet' as rule_name,
        rule_rows.source_id,
        rule_rows.source_ref,
        rule_rows.quote
    from {{ ref('rate_supplements') }} as rule_rows
    union all
    select
        rule_rows.round_id,
        6 as rule_order,
        'tak' || if(rule_rows.is_derived, ', härlett', '') as rule_name,
        rule_rows.source_id,
        rule_rows.source_ref,
        rule_rows.quote
    from {{ ref('grant_caps') }} as rule_rows
    union all
    select
        rule_rows.round_id,
        7 as rule_order,
        'pott: ' || lower(categories.category_name_sv) as rule_name,
        rule_rows.source_id,
        rule_rows.source_ref,
        rule_rows.quote
    from {{ ref('bonus_pot_shares') }} as rule_rows
    inner join categories on rule_rows.category_id = categories.category_id
    union all
    select
        rule_rows.round_id,
        8 as rule_order,
        'stoppdatum ' || lower(rule_rows.settlement_name_sv) as rule_name,
        rule_rows.source_id,
        rule_rows.source_ref,
        rule_rows.quote
    from {{ ref('settlements') }} as rule_rows
    where rule_rows.cutoff_date is not null and rule_rows.measured_through is null

),

rules_of_rounds as (

    select
        'round_rule' as list_id,
        concat_ws(' ', round_id, round_rules.rule_name, round_rules.quote, round_rules.source_ref) as entry_id,
        round_id as part_of,
        any_value(rounds.round_name) || ': ' || round_rules.rule_name as name_sv,
        coalesce('”' || round_rules.quote || '”', 'Ett val.') as text_sv,
        null as choice_sv,
        round_rules.quote,
        round_rules.source_id,
        round_rules.source_ref,
        null as first_month,
        null as last_month,
        row_number() over (
            order by
                any_value(rounds.round_order), min(round_rules.rule_order), round_rules.rule_name,
                round_rules.source_ref, round_rules.quote
        ) as entry_order
    from round_rules
    inner join rounds using (round_id)
    group by round_id, round_rules.rule_name, round_rules.quote, round_rules.source_id, round_rules.source_ref

),

entries as (

    select * from rules
    union all
    select * from warnings
    union all
    select * from known_issues
    union all
    select * from codes
    union all
    select * from rules_of_rounds

),

final as (

    select
        entries.list_id,
        entries.entry_id,
        entries.part_of,
        entries.name_sv,
        entries.text_sv,
        entries.choice_sv,
        entries.quote,
        documents.document_name,
        documents.diary_number,
        entries.source_ref,
        entries.first_month,
        entries.last_month,
        cast(entries.entry_order as integer) as entry_order
    from entries
    left join documents using (source_id)

)

select * from final
