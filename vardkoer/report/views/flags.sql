select flags.*, coalesce(documents.document_name, '') as document_name
from seeds.quality_flags as flags
left join seeds.source_documents as documents using (source_id)
order by flag_order
