{{ config(materialized='ephemeral') }}

{% set begins = [] -%}
{% for code in listed_codes(ref('procedure_codes'), ref('operation_definitions')) -%}
    {% do begins.append(code[:3] | list | join('[^0-9a-z]*')) -%}
{% endfor -%}

with

contacts as (

    select * from {{ ref('stg_par__contacts') }}

),

-- One row in a hundred of the register is worth reading. One pattern over the raw text finds it: the first three
-- letters of a listed code, whatever their case and whatever else stands between. It lets too much through, never too
-- little. DuckDB hands this function to the Parquet reader, which then reads the other columns of the rows found only.
final as (

    select * from contacts
    where regexp_full_match(procedure_codes_text, '(?is).*({{ begins | unique | join("|") }}).*') -- noqa: LT05

)

select * from final
