select source_id, document_name, issuer, document_date, diary_number
from seeds.source_documents
order by source_id
