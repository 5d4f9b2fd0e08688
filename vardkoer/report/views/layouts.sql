-- How the extract was written down, and what it does not say.
select layout_id, layout_name_sv, derived_sv, assumed_sv, absent_sv
from marts.delivered_layouts
order by layout_id
