with

scenarios as (

    select * from {{ ref('scenarios') }}

),

final as (

    select
        scenario_id,
        scenario_name_sv,
        question_sv,
        scenario_order,
        counts_settlement_id as settlement_id
    from scenarios

)

select * from final
