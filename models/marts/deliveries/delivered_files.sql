with

files as (

    select * from {{ ref('stg_par__files') }}

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
        files.rows_delivered,
        files.rows_accepted,
        cast(coalesce(quarantined.rows_quarantined, 0) as bigint) as rows_quarantined,
        files.rows_found
    from files
    left join quarantined using (file_name)

)

select * from final
