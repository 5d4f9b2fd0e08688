select
    procedures.row_key,
    procedures.operation_date,
    definitions.definition_id,
    definitions.diagnosis_list_id,
    definitions.diagnosis_rule
from {{ ref('procedures') }} as procedures
inner join {{ source('seeds', 'procedure_codes') }} as codes
    on
        procedures.code = codes.code
        and procedures.operation_date between cast(codes.valid_from as date) and coalesce(cast(codes.valid_to as date), date '9999-12-31')
inner join {{ source('seeds', 'operation_definitions') }} as definitions on codes.list_id = definitions.procedure_list_id
