-- A growth split into operations and reporting, by region and for the nation.
select
    region_code, region_name as label, share_then_percent, share_now_percent, growth, growth_of_operations,
    growth_of_reporting
from marts.coverage_growth
where settlement_id = $settlement_id and list_id = $list_id and category_id = $category_id
order by region_order
