{# A relation without the name of its database: that name is the file's, and the views in it must go on working when the
   published file is copied, renamed or attached under another name. #}
{% macro ref() %}
    {% do return(builtins.ref(*varargs, **kwargs).include(database=false)) %}
{% endmacro %}
