-- every code of every row, with its date
select
    row_key,
    upper(replace(code_text, '.', '')) as code,
    coalesce(procedure_dates[place], contact_start_date) as operation_date
from (
    select
        row_key,
        contact_start_date,
        procedure_dates,
        unnest(regexp_extract_all(procedure_codes_text, '\S+')) as code_text,
        generate_subscripts(regexp_extract_all(procedure_codes_text, '\S+'), 1) as place
    from {{ ref('contact_versions') }}
)
