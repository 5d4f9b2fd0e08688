with

hospitals as (

    select * from {{ ref('operations_by_hospital') }}

),

settlements as (

    select * from {{ ref('settlements') }}
    where measured_through is null

),

policy as (

    select
        policy_id,
        smallest_shown
    from {{ ref('disclosure_policies') }}
    where policy_id = 'suppress_below_5'

),

-- whole rounds only: the difference of two interims would be a month
counted as (

    select
        hospitals.settlement_id,
        settlements.round_id,
        hospitals.region_code,
        hospitals.category_id,
        hospitals.hospital_code,
        any_value(hospitals.hospital_name) as hospital_name,
        sum(hospitals.operations) as operations
    from hospitals
    inner join settlements using (settlement_id)
    group by all

),

-- one treatment for a cell in all settlements of its round, or one of them would tell what another hides
cells as (

    select
        counted.round_id,
        counted.region_code,
        counted.category_id,
        counted.hospital_code,
        min(counted.operations) as smallest_count,
        min(counted.operations) < any_value(policy.smallest_shown) as is_small
    from counted
    cross join policy
    group by all

),

-- primary suppression of small cells; secondary of the smallest other of the same sum, which would tell them
treated as (

    select
        *,
        is_small
        or (
            bool_or(is_small) over same_sum
            and row_number() over (
                partition by round_id, region_code, category_id, is_small
                order by smallest_count, hospital_code
            ) = 1
        ) as is_suppressed
    from cells
    window same_sum as (partition by round_id, region_code, category_id)

),

-- a settlement in which only one of them did anything needs another to hide it
hidden as (

    select
        counted.*,
        treated.is_suppressed
        or (
            count(*) filter (where treated.is_suppressed) over same_sum = 1
            and row_number() over (
                partition by
                    counted.settlement_id, counted.region_code, counted.category_id, treated.is_suppressed
                order by counted.operations, counted.hospital_code
            ) = 1
        ) as is_suppressed
    from counted
    inner join treated using (round_id, region_code, category_id, hospital_code)
    window same_sum as (partition by counted.settlement_id, counted.region_code, counted.category_id)

),

-- what is hidden is one row, so that neither which hospitals nor how many there are is told
final as (

    select
        hidden.settlement_id,
        hidden.region_code,
        hidden.category_id,
        if(hidden.is_suppressed, 'suppressed', hidden.hospital_code) as hospital_code,
        any_value(if(hidden.is_suppressed, null, hidden.hospital_name)) as hospital_name,
        cast(sum(hidden.operations) as bigint) as operations,
        hidden.is_suppressed,
        any_value(policy.policy_id) as policy_id
    from hidden
    cross join policy
    group by
        hidden.settlement_id,
        hidden.region_code,
        hidden.category_id,
        if(hidden.is_suppressed, 'suppressed', hidden.hospital_code),
        hidden.is_suppressed

)

select * from final
