{#
    What DuckDB and Spark do not write in the same way; everything else in this project is SQL that both understand. Each
    macro gives the same value on both (tests/python/test_engines.py).
#}

{# Quotient of whole numbers of any size without its fraction, which `/` has. #}
{% macro whole_quotient(dividend, divisor) -%}
    {{ adapter.dispatch('whole_quotient')(dividend, divisor) }}
{%- endmacro %}

{% macro default__whole_quotient(dividend, divisor) -%}
    ({{ dividend }}) // ({{ divisor }})
{%- endmacro %}

{% macro spark__whole_quotient(dividend, divisor) -%}
    ({{ dividend }}) div ({{ divisor }})
{%- endmacro %}


{# Type of whole numbers beyond 64 bits, which a total in kronor times a weight in kronor can be. #}
{% macro wide_integer() -%}
    {{ adapter.dispatch('wide_integer')() }}
{%- endmacro %}

{% macro default__wide_integer() -%}
    hugeint
{%- endmacro %}

{% macro spark__wide_integer() -%}
    decimal(38, 0)
{%- endmacro %}


{# The date so many months later (earlier, where the number is negative), the last of its month where that has no such day. #}
{% macro add_months(date, months) -%}
    {{ adapter.dispatch('add_months')(date, months) }}
{%- endmacro %}

{% macro default__add_months(date, months) -%}
    cast({{ date }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}

{% macro spark__add_months(date, months) -%}
    add_months({{ date }}, {{ months }})
{%- endmacro %}


{# In a select list: one row for each date from the first to the last, a `day` or a `month` apart. #}
{% macro each_date(first_date, last_date, unit) -%}
    {{ adapter.dispatch('each_date')(first_date, last_date, unit) }}
{%- endmacro %}

{% macro default__each_date(first_date, last_date, unit) -%}
    cast(unnest(generate_series({{ first_date }}, {{ last_date }}, interval 1 {{ unit }})) as date)
{%- endmacro %}

{% macro spark__each_date(first_date, last_date, unit) -%}
    explode(sequence({{ first_date }}, {{ last_date }}, interval 1 {{ unit }}))
{%- endmacro %}


{# In a select list: one row for each word of a text, no row where the text is NULL. #}
{% macro each_word(text) -%}
    {{ adapter.dispatch('each_word')(text) }}
{%- endmacro %}

{% macro default__each_word(text) -%}
    unnest(string_split({{ text }}, ' '))
{%- endmacro %}

{% macro spark__each_word(text) -%}
    explode(split({{ text }}, ' '))
{%- endmacro %}


{# Aggregate: the words of a group as one text, in order; NULL where there are none. #}
{% macro words_in_order(word, order_by) -%}
    {{ adapter.dispatch('words_in_order')(word, order_by) }}
{%- endmacro %}

{% macro default__words_in_order(word, order_by) -%}
    string_agg({{ word }}, ' ' order by {{ order_by }})
{%- endmacro %}

{% macro spark__words_in_order(word, order_by) -%}
    string_agg({{ word }}, ' ') within group (order by {{ order_by }})
{%- endmacro %}


{# In a select list: one row for each whole number from the first to the last, which is not below it. #}
{% macro each_number(first_number, last_number) -%}
    {{ adapter.dispatch('each_number')(first_number, last_number) }}
{%- endmacro %}

{% macro default__each_number(first_number, last_number) -%}
    unnest(generate_series({{ first_number }}, {{ last_number }}))
{%- endmacro %}

{% macro spark__each_number(first_number, last_number) -%}
    explode(sequence({{ first_number }}, {{ last_number }}))
{%- endmacro %}


{# A regular expression as a literal. Use what RE2 (DuckDB), Java (Spark) and Rust (Sail) read alike: no `\s`, and `\z`
   in place of `$`. #}
{% macro regex(pattern) -%}
    {{ adapter.dispatch('regex')(pattern) }}
{%- endmacro %}

{% macro default__regex(pattern) -%}
    '{{ pattern }}'
{%- endmacro %}

{% macro spark__regex(pattern) -%}
    r'{{ pattern }}'
{%- endmacro %}


{# A text with every match of a regular expression replaced. #}
{% macro replace_all(text, pattern, replacement) -%}
    {{ adapter.dispatch('replace_all')(text, pattern, replacement) }}
{%- endmacro %}

{% macro default__replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, {{ regex(pattern) }}, '{{ replacement }}', 'g')
{%- endmacro %}

{% macro spark__replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, {{ regex(pattern) }}, '{{ replacement }}')
{%- endmacro %}


{# A value as text, without the blanks of any kind around it. #}
{% macro trimmed(value) -%}
    {{ adapter.dispatch('trimmed')(value) }}
{%- endmacro %}

{% macro default__trimmed(value) -%}
    trim(cast({{ value }} as string))
{%- endmacro %}

{% macro spark__trimmed(value) -%}
    trim(
        both ' \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000'
        from cast({{ value }} as string)
    )
{%- endmacro %}


{# What the session of a build knows and no table has: DuckDB has variables, Spark a temporary view of one row. #}
{% macro session_value(name) -%}
    {{ adapter.dispatch('session_value')(name) }}
{%- endmacro %}

{% macro default__session_value(name) -%}
    getvariable('{{ name }}')
{%- endmacro %}

{% macro spark__session_value(name) -%}
    (select {{ name }} from session_values)
{%- endmacro %}


{# True when a text has in it a code that begins like a listed one (vardkoer/kept_files.py). DuckDB hands this function to
   the Parquet reader, which then reads the other columns of few rows only; `regexp_matches` it would not. Sail cannot
   read the pattern from a view while it filters, so that it is read first; it is no secret. #}
{% macro has_listed_code(text) -%}
    {{ adapter.dispatch('has_listed_code')(text) }}
{%- endmacro %}

{% macro default__has_listed_code(text) -%}
    regexp_full_match({{ text }}, '(?s).*(' || coalesce({{ session_value('listed_code_pattern') }}, '') || ').*')
{%- endmacro %}

{% macro spark__has_listed_code(text) -%}
    {% if execute -%}
        {{ text }} rlike {{ regex(run_query('select listed_code_pattern from session_values').rows[0][0]) }}
    {%- endif %}
{%- endmacro %}
