-- What performance left of the appropriation, and its pots.
select category_id, category_name_sv as label, remaining_kr, share_percent, recipients, pot_kr
from (
    select
        funds.* exclude (remaining_kr, pot_kr),
        case when not is_undelivered then remaining_kr end as remaining_kr,
        case when not is_undelivered then pot_kr end as pot_kr
    from marts.remaining_funds as funds
    cross join (
        select count(*) > 0 as is_undelivered
        from undelivered
        where settlement_id = $settlement_id
    )
)
inner join seeds.categories using (category_id)
where settlement_id = $settlement_id
order by category_order
