select flag_id, flag_order, flag_name_sv, threshold_percent, is_noted
from seeds.quality_flags
order by flag_order
