{#
    Seeds on Spark. The adapter's own loader writes an empty field as the text None, breaks on quotes and passes whole
    numbers through binary fractions; this one writes every value as text and casts it. Columns of the yml that the file
    does not have (`optional_columns`) are there all the same, NULL.
#}
{% macro spark__create_csv_table(model, agate_table) %}
    {% set sql %}
        create table {{ this }} (
            {%- for column, type in model.config.column_types.items() %}
                {{ column }} {{ type }}{{ "," if not loop.last }}
            {%- endfor %}
        )
        {{ file_format_clause() }}
        {{ comment_clause() }}
    {% endset %}
    {% call statement() %}{{ sql }}{% endcall %}
    {{ return(sql) }}
{% endmacro %}

{% macro spark__load_csv_rows(model, agate_table) %}
    {% set sql %}
        insert into {{ this }} values
        {% for row in agate_table.rows -%}
            (
                {%- for column, type in model.config.column_types.items() -%}
                    cast({{ spark_literal(row.get(column)) }} as {{ type }}){{ ", " if not loop.last }}
                {%- endfor -%}
            ){{ "," if not loop.last }}
        {% endfor %}
    {% endset %}
    {% if agate_table.rows %}
        {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {% endif %}
    {{ return(sql) }}
{% endmacro %}

{% macro spark_literal(value) -%}
    {% if value is none %}null{% else %}'{{ value | string | replace("\\", "\\\\") | replace("'", "\\'") }}'{% endif %}
{%- endmacro %}
