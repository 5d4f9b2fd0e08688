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
    coalesce(wanted.settlement_id, earnings.settlement_id) as settlement_id,
    coalesce(wanted.region_code, earnings.region_code) as region_code,
    coalesce(wanted.category_id, earnings.category_id) as category_id
from wanted
full outer join {{ ref('grant_earnings') }} as earnings
    on
        wanted.settlement_id = earnings.settlement_id
        and wanted.region_code = earnings.region_code
        and wanted.category_id = earnings.category_id
where wanted.region_code is null or earnings.region_code is null
