{# The procedure codes that an operation is defined by, as a list of texts for Jinja. They are read when the model is
   compiled, right before it runs, so that a pattern made of them is a literal: DuckDB gives the Parquet reader no other. Before
   the seeds are loaded, as when the project is only compiled, the list is empty. #}
{% macro listed_codes(procedure_codes, operation_definitions) -%}
    {% if execute and load_relation(procedure_codes) and load_relation(operation_definitions) -%}
        {% do return(run_query(
            "select distinct " ~ normalized_code('code') ~ " as code from " ~ procedure_codes
            ~ " where list_id in (select procedure_list_id from " ~ operation_definitions ~ ") order by code"
        ).columns['code'].values() | list) %}
    {%- endif %}
    {% do return([]) %}
{%- endmacro %}
