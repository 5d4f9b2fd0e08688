with

hospitals as (

    select * from {{ ref('operations_by_hospital') }}

),

settlements as (

    select * from {{ ref('disclosed_settlements') }}

),

policies as (

    select * from {{ ref('disclosure_policies') }}

),

earnings as (

    select * from {{ ref('grant_earnings') }}
    where operations is not null

),

flags as (

    select * from {{ ref('int_settlements_flagged') }}

),

counted as (

    select
        settlement_id,
        settlements.policy_id,
        hospitals.region_code,
        hospitals.category_id,
        hospitals.hospital_code,
        any_value(hospitals.hospital_name) as hospital_name,
        sum(hospitals.operations) as operations
    from hospitals
    inner join settlements using (settlement_id)
    -- a sum over the months needs all of them (A6)
    inner join earnings using (settlement_id, region_code, category_id)
    group by all

),

sized as (

    select
        counted.settlement_id,
        policy_id,
        counted.region_code,
        counted.category_id,
        counted.hospital_code,
        counted.hospital_name,
        counted.operations,
        coalesce(counted.operations < policies.smallest_shown, false) as is_small
    from counted
    inner join policies using (policy_id)

),

-- Small counts are hidden, and with them the smallest of the others that make up the same sum: what is shown could
-- otherwise be taken from the sum, which is public.
treated as (

    select
        *,
        is_small
        or (
            bool_or(is_small) over same_sum
            and row_number() over (
                partition by settlement_id, region_code, category_id, is_small
                order by operations, hospital_code
            ) = 1
        ) as is_suppressed
    from sized
    window same_sum as (partition by settlement_id, region_code, category_id)

),

-- all that is hidden becomes one row, so that nobody sees which hospitals it is, nor how many
shown as (

    select
        settlement_id,
        region_code,
        category_id,
        if(is_suppressed, 'suppressed', hospital_code) as hospital_code,
        any_value(if(is_suppressed, null, hospital_name)) as hospital_name,
        cast(sum(operations) as bigint) as operations,
        is_suppressed,
        any_value(policy_id) as policy_id
    from treated
    group by all

),

final as (

    select
        settlement_id,
        region_code,
        category_id,
        shown.hospital_code,
        shown.hospital_name,
        shown.operations,
        shown.is_suppressed,
        shown.policy_id,
        flags.flags
    from shown
    left join flags using (settlement_id, region_code, category_id)

)

select * from final
