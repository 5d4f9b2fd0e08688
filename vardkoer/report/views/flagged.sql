-- How many of a region's monthly counts carry each warning, in the measured months of a settlement.
select
    region_code,
    region_code || ' ' || report_name as label,
    flags.flag_id,
    flags.flag_name_sv as heading,
    count(*) filter (where list_contains(string_split(coalesce(quality.flags, ''), ' '), flags.flag_id)) as flagged_counts
from marts.count_quality as quality
inner join seeds.regions using (region_code)
cross join seeds.quality_flags as flags
where settlement_id = $settlement_id and period_role = 'measured' and region_code != '00'
group by region_code, label, flags.flag_id, heading, flags.flag_order
order by region_code, flags.flag_order
