-- R1 over the whole register
select
    *,
    lead(received_date) over (partition by contact_key order by received_date, delivery_number) as superseded_date,
    row_number() over () as row_key
from {{ ref('contacts') }}
