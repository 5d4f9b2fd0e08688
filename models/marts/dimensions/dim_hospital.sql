with

hospitals as (

    select * from {{ ref('hospitals') }}

),

operations as (

    select * from {{ ref('int_operations_judged') }}

),

-- hospital codes of the register that the list of hospitals lacks, and '' for contacts without one
reported as (

    select distinct coalesce(hospital_code, '') as hospital_code
    from operations

),

final as (

    select
        hospital_code,
        hospitals.hospital_name,
        hospitals.region_code as producing_region_code,
        coalesce(hospitals.ownership, 'unknown') as hospital_ownership
    from hospitals
    full outer join reported using (hospital_code)

)

select * from final
