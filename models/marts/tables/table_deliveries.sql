with

files as (

    select * from {{ ref('delivered_files') }}

),

faults as (

    select * from {{ ref('quarantined_rows') }}

),

-- each file, all of them, and each fault
lines as (

    select
        'file' as line_kind,
        file_name as line_id,
        file_name as row_name,
        rows_delivered,
        rows_accepted,
        rows_quarantined,
        false as is_total
    from files
    union all
    select
        'file' as line_kind,
        'Summa' as line_id,
        'Summa' as row_name,
        sum(rows_delivered) as rows_delivered,
        sum(rows_accepted) as rows_accepted,
        sum(rows_quarantined) as rows_quarantined,
        true as is_total
    from files
    having count(*) > 0
    union all
    select
        'fault' as line_kind,
        fault as line_id,
        fault_sv as row_name,
        null as rows_delivered,
        null as rows_accepted,
        count(*) as rows_quarantined,
        false as is_total
    from faults
    group by fault, fault_sv

),

final as (

    select
        line_kind,
        line_id,
        row_name,
        cast(rows_delivered as bigint) as rows_delivered,
        cast(rows_accepted as bigint) as rows_accepted,
        cast(rows_quarantined as bigint) as rows_quarantined,
        is_total
    from lines

)

select * from final
