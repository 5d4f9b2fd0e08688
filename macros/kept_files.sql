{#
    The two models of `models/intermediate/register` keep what they have read, file by file (vardkoer/kept_files.py): a
    later build reads only what is new. A session variable names the files that need no reading.
#}

{# Before a model reads: the rows of all other files go. Where it begins anew, nothing counts as kept until all is read. #}
{% macro forget_files_to_read(kept) -%}
    {% if is_incremental() -%}
        delete from {{ this }} where not list_contains(getvariable('{{ kept }}'), file_name)
    {%- else -%}
        set variable {{ kept }} = []::varchar[];
        drop table if exists {{ this.schema }}.kept_files
    {%- endif %}
{%- endmacro %}

{# The condition under which a model reads. DuckDB does not open the files that it rules out. #}
{% macro is_to_read(kept, file_name) -%}
    not coalesce(list_contains(getvariable('{{ kept }}'), {{ file_name }}), false)
{%- endmacro %}

{# After the last of them has read, in its transaction: a build that is killed has read all of a file, or none of it. #}
{% macro remember_files() -%}
    {% if not flags.EMPTY -%}
        create or replace table {{ this.schema }}.kept_files as select * from "/delivered".par_kept_files()
    {%- endif %}
{%- endmacro %}

{# dbt's own rule, and: incremental models begin anew when what is kept was read with another secret, code or code list. #}
{% macro should_full_refresh() -%}
    {% set asked = config.get('full_refresh') -%}
    {% if asked is none %}{% set asked = flags.FULL_REFRESH %}{% endif -%}
    {% if execute and not asked and model.config.materialized == 'incremental' -%}
        {% set asked = not run_query("select coalesce(getvariable('par_kept_is_usable'), false)").rows[0][0] -%}
    {% endif -%}
    {% do return(asked) %}
{%- endmacro %}
