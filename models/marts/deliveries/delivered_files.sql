with

files as (

    select * from {{ ref('stg_par__files') }}

),

said_facts as (

    select * from {{ ref('stg_par__facts') }}

),

register_facts as (

    select * from {{ ref('register_facts') }}

),

layouts as (

    select * from {{ ref('layouts') }}

),

facts_by_status as (

    select
        said_facts.file_name,
        string_agg(column_name, ' ' order by register_facts.fact_order) filter (where said_facts.status = 'derived')
            as facts_derived,
        string_agg(column_name, ' ' order by register_facts.fact_order) filter (where said_facts.status = 'assumed')
            as facts_assumed,
        string_agg(column_name, ' ' order by register_facts.fact_order) filter (where said_facts.status = 'absent')
            as facts_absent
    from said_facts
    inner join register_facts using (column_name)
    where register_facts.rules is not null
    group by said_facts.file_name

),

quarantined as (

    select
        file_name,
        count(*) as rows_quarantined
    from {{ ref('quarantined_rows') }}
    group by file_name

),

final as (

    select
        file_name,
        layout_id,
        layouts.layout_name_sv,
        facts_by_status.facts_derived,
        facts_by_status.facts_assumed,
        facts_by_status.facts_absent,
        files.rows_delivered,
        files.rows_accepted,
        cast(coalesce(quarantined.rows_quarantined, 0) as bigint) as rows_quarantined,
        files.rows_found
    from files
    inner join layouts using (layout_id)
    left join facts_by_status using (file_name)
    left join quarantined using (file_name)

)

select * from final
