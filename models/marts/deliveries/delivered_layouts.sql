with

files as (

    select * from {{ ref('stg_par__files') }}

),

delivered_facts as (

    select * from {{ ref('stg_par__facts') }}

),

register_facts as (

    select * from {{ ref('register_facts') }}

),

layouts as (

    select * from {{ ref('layouts') }}

),

files_counted as (

    select
        layout_id,
        cast(count(*) as bigint) as files
    from files
    group by layout_id

),

-- A fact that one file lacks is lacking. What no amount rests on is not spoken of: each operation says whether its code
-- has a date, for one.
facts as (

    select distinct
        files.layout_id,
        delivered_facts.status,
        register_facts.fact_sv,
        register_facts.fact_order
    from files
    inner join delivered_facts using (file_name)
    inner join register_facts using (column_name)
    where register_facts.gap is not null

),

facts_by_status as (

    select
        layout_id,
        string_agg(fact_sv, ', ' order by fact_order) filter (where status = 'derived') as derived_sv,
        string_agg(fact_sv, ', ' order by fact_order) filter (where status = 'assumed') as assumed_sv,
        string_agg(fact_sv, ', ' order by fact_order) filter (where status = 'absent') as absent_sv
    from facts
    group by layout_id

),

final as (

    select
        layout_id,
        layouts.layout_name_sv,
        files_counted.files,
        facts_by_status.derived_sv,
        facts_by_status.assumed_sv,
        facts_by_status.absent_sv
    from files_counted
    inner join layouts using (layout_id)
    left join facts_by_status using (layout_id)

)

select * from final
