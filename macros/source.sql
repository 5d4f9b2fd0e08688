{# On Spark the sources are temporary views (vardkoer/spark_build.py), which belong to no schema. #}
{% macro source() %}
    {% set relation = builtins.source(*varargs, **kwargs) %}
    {% do return(relation.include(schema=false) if target.type == 'spark' else relation) %}
{% endmacro %}
