-- Everything a region gets or would have got, in the settlements of whole rounds and the one under way.
select
    settlement_id,
    settlement_name as label,
    cutoff_date,
    allocations.status,
    earned_kr,
    cap_kr,
    performance_kr,
    bonus_kr,
    allocated_kr,
    flags
from allocations
inner join settlement_facts using (settlement_id)
where
    region_code = $region_code
    and (measured_through is null or settlement_id in (select settlement_id from current_settlement))
order by settlement_order
