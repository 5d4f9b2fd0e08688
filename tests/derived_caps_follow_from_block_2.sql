{#
    The derived caps of the additional funds are its appropriation in proportion to the block 2 caps, in whole kronor
    with the remainder to the largest fractions (A1, choice). They stand as numbers in a seed: a changed block 2 cap or a
    slip in one of them would not show anywhere else.
#}
with

weighted as (

    select
        block_2.region_code,
        block_2.cap_kr as weight,
        rounds.appropriation_kr,
        cast(rounds.appropriation_kr as hugeint) * block_2.cap_kr as product,
        sum(block_2.cap_kr) over () as weights
    from {{ ref('grant_caps') }} as block_2
    cross join {{ ref('grant_rounds') }} as rounds
    where block_2.round_id = '2025_block2' and rounds.round_id = '2025_additional'

),

floored as (

    select
        *,
        product // weights as floor_kr,
        row_number() over (order by product % weights desc, weight asc, region_code asc) as place
    from weighted

),

expected as (

    select
        region_code,
        floor_kr + if(place <= appropriation_kr - sum(floor_kr) over (), 1, 0) as cap_kr
    from floored

),

derived as (

    select
        region_code,
        cap_kr
    from {{ ref('grant_caps') }}
    where round_id = '2025_additional' and is_derived

)

select
    region_code,
    expected.cap_kr as expected_cap_kr,
    derived.cap_kr
from expected
full outer join derived using (region_code)
where expected.cap_kr is distinct from derived.cap_kr
