with

unreadable as (

    select * from {{ ref('stg_par__unreadable_rows') }}

),

limits as (

    select * from {{ ref('quarantine_limits') }}

),

final as (

    select
        unreadable.file_name,
        unreadable.row_in_file,
        fault,
        unreadable.is_withdrawal,
        limits.column_name,
        limits.fault_sv,
        limits.remedy_en
    from unreadable
    left join limits using (fault)

)

select * from final
