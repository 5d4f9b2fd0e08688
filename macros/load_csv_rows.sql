{# Loads a seed as the gate has read it. The adapter would let DuckDB guess what quotes a value, and take 'so' for so. #}
{% macro duckdb__load_csv_rows(model, agate_table) -%}
    {% set sql %}
        copy {{ this }} from '{{ adapter.get_seed_file_path(model) | replace("'", "''") }}'
        (format csv, header true, delimiter ',', quote '"', escape '"', auto_detect false)
    {% endset %}
    {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {{ return(sql) }}
{%- endmacro %}
