-- Who operated: hospitals as they may be shown, those that are hidden last and together.
select
    category_id,
    hospital_code,
    case
        when is_suppressed then 'Övriga, sammanräknade'
        when hospital_code = '' then 'Sjukhus saknas i rapporten'
        else coalesce(hospital_name, 'Okänt sjukhus') || ' (' || hospital_code || ')'
    end as label,
    operations,
    flags
from marts.hospital_operations_disclosed
where
    settlement_id = $settlement_id
    and region_code = $region_code
    and category_id = $category_id
order by is_suppressed, operations desc, hospital_code
