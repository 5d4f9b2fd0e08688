{#
    HMAC-SHA-256 of a text, in SQL. The session holds the two padded keys (vardkoer/dbt_plugin.py), so that the secret
    never enters compiled SQL, logs or artifacts.
    Store the result in a table: a view would look for the keys in its reader's session.
#}
{% macro person_hmac(text) -%}
    sha256(
        getvariable('person_key_outer')
        || unhex(sha256(getvariable('person_key_inner') || encode({{ text }})))
    )
{%- endmacro %}
