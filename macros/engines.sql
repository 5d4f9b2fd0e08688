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
    cast({{ date }} + to_months({{ months }}) as date)
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


{# True when a text is, from end to end, what the regular expression says. #}
{% macro matches(text, pattern) -%}
    {{ adapter.dispatch('matches')(text, pattern) }}
{%- endmacro %}

{% macro default__matches(text, pattern) -%}
    regexp_full_match({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__matches(text, pattern) -%}
    {{ text }} rlike r'\A(?:{{ pattern }})\z'
{%- endmacro %}
