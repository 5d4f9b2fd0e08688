-- What each region earned, its cap and what it gets, in one settlement.
select
    region_code, row_name as label, earned_kr, cap_kr, performance_kr, fulfilment_percent, bonus_kr, allocated_kr, cap_month, flags
from marts.table_amounts
where settlement_id = $settlement_id
order by region_order
