-- Who publishes, and whom a reader asks.
select setting_id, setting_value
from seeds.publication
order by setting_id
