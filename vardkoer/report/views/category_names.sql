select category_id, category_name_sv, category_order
from seeds.categories
order by category_order
