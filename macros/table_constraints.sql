{# Keys of a contract are declared and tested (keys_hold), not enforced by DuckDB: the index of a
   primary key takes longer than the table, and foreign keys would not let dbt replace a table that another one refers
   to. PostgreSQL, where nothing is replaced, enforces them (vardkoer/exports/postgres.py). #}
{% macro duckdb__get_table_columns_and_constraints() -%}
    ({{ adapter.render_raw_columns_constraints(raw_columns=model.columns) | join(', ') }})
{%- endmacro %}
