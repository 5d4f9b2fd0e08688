{#
    No hospital with a small count is shown; where one is hidden at least two are in every part whose sum is public (in the
    home region, in others or unknown; private or public), unless the part has only one; and the table sums to what is public.
    Otherwise a subtraction would tell what was hidden.
#}
with

exact as (

    select
        hospitals.settlement_id,
        settlements.policy_id,
        hospitals.region_code,
        hospitals.category_id,
        hospitals.hospital_code,
        coalesce(hospitals.producing_region_code = hospitals.region_code, false) as is_home_region,
        hospitals.producing_region_code is null as is_unknown,
        hospitals.hospital_ownership,
        sum(hospitals.operations) as operations
    from {{ ref('operations_by_hospital') }} as hospitals
    inner join {{ ref('disclosed_settlements') }} as settlements using (settlement_id)
    inner join {{ ref('grant_earnings') }} as earnings using (settlement_id, region_code, category_id)
    -- a sum over the months needs all of them (A6)
    where earnings.operations is not null
    group by
        hospitals.settlement_id,
        settlements.policy_id,
        hospitals.region_code,
        hospitals.category_id,
        hospitals.hospital_code,
        hospitals.producing_region_code,
        hospitals.hospital_ownership

),

disclosed as (

    select * from {{ ref('hospital_operations_disclosed') }}

),

parts as (

    select
        exact.settlement_id,
        exact.region_code,
        exact.category_id,
        count(*) as hospitals,
        count(*) filter (where disclosed.hospital_code is null) as hidden,
        sum(exact.operations) as operations,
        count(*) filter (where exact.operations < policies.smallest_shown and disclosed.hospital_code is not null)
            as small_shown
    from exact
    inner join {{ ref('disclosure_policies') }} as policies on exact.policy_id = policies.policy_id
    left join disclosed
        on
            exact.settlement_id = disclosed.settlement_id
            and exact.region_code = disclosed.region_code
            and exact.category_id = disclosed.category_id
            and exact.hospital_code = disclosed.hospital_code
            and not disclosed.is_suppressed
    group by
        exact.settlement_id, exact.region_code, exact.category_id, exact.is_home_region, exact.is_unknown,
        exact.hospital_ownership

),

compared as (

    select
        settlement_id,
        region_code,
        category_id,
        sum(operations) as operations,
        sum(small_shown) as small_shown,
        count(*) filter (where hidden = 1 and hospitals > 1) as parts_that_tell
    from parts
    group by settlement_id, region_code, category_id

),

shown as (

    select
        settlement_id,
        region_code,
        category_id,
        sum(operations) as operations_shown
    from disclosed
    group by settlement_id, region_code, category_id

)

select
    settlement_id,
    region_code,
    category_id,
    compared.parts_that_tell,
    compared.operations,
    compared.small_shown,
    shown.operations_shown
from compared
left join shown using (settlement_id, region_code, category_id)
where
    compared.small_shown > 0
    or compared.parts_that_tell > 0
    or shown.operations_shown is distinct from compared.operations
