select rules.*, document_name, diary_number
from seeds.rules
inner join seeds.source_documents using (source_id)
order by rule_order
