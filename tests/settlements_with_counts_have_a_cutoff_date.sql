{#
    A settlement that counts operations says until when rows were received. Without the date nothing compares as received
    in time, and the settlement would show no operations and no money.
#}
select
    settlement_id,
    counts_from,
    cutoff_date
from {{ ref('settlements') }}
where counts_from != 'none' and cutoff_date is null
