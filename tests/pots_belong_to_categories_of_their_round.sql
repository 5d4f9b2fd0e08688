{#
    A round's pots are of categories that the round counts. A pot of another category would find no operations, be shared
    by nobody, and its money would be missing from the amounts without an error.
#}
select
    pots.round_id,
    pots.category_id
from {{ ref('bonus_pot_shares') }} as pots
left join {{ ref('round_categories') }} as categories
    on
        pots.round_id = categories.round_id
        and pots.category_id = categories.category_id
where categories.category_id is null
