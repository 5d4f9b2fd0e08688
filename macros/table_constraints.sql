{# Foreign keys of a contract are declared and tested (foreign_keys_hold), not enforced by DuckDB: it would not let dbt replace
   a table that another one refers to. PostgreSQL, where nothing is replaced, enforces them (vardkoer/publish_postgres.py). #}
{% macro duckdb__get_table_columns_and_constraints() -%}
    {% set enforced = model.constraints | rejectattr('type', 'equalto', 'foreign_key') | list -%}
    (
        {{
            (
                adapter.render_raw_columns_constraints(raw_columns=model.columns)
                + adapter.render_raw_model_constraints(raw_constraints=enforced)
            ) | join(', ')
        }}
    )
{%- endmacro %}
