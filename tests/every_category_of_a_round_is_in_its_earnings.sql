{#
    Each settlement has earnings for each region and each category of its round. A category that fell out would lower the
    earned amount, and the sum of the others would still look right.
#}
with

wanted as (

    select
        settlements.settlement_id,
        regions.region_code,
        round_categories.category_id
    from {{ ref('settlements') }} as settlements
    inner join {{ ref('round_categories') }} as round_categories using (round_id)
    cross join {{ ref('regions') }} as regions

)

select
    settlement_id,
    region_code,
    category_id
from wanted
full outer join {{ ref('grant_earnings') }} as earnings using (settlement_id, region_code, category_id)
where wanted.region_code is null or earnings.region_code is null
