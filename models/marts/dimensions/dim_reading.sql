with

readings as (

    select * from {{ ref('readings') }}

),

final as (

    select
        reading_id,
        reading_name_sv,
        rule_id,
        variant is not null as is_priced,
        reading_order
    from readings

)

select * from final
