select flags.*, documents.document_name,
    documents.diary_number
from seeds.quality_flags as flags
left join seeds.source_documents as documents using (source_id)
order by flag_order
