{% test keys_hold(model) %}
{# Fails when two rows share the primary key of the model's contract, or when a value of a foreign key is not in the dimension
   that it refers to (NULL passes). Reports the columns of the key, the value, and in how many rows. #}
{% set node = (graph.nodes.values() if execute else []) | selectattr('name', 'equalto', model.identifier) | first %}
{% set constraints = node.constraints if node else [] %}
{% set primary_keys = constraints | selectattr('type', 'equalto', 'primary_key') | map(attribute='columns') | list %}
{% set foreign_keys = constraints | selectattr('type', 'equalto', 'foreign_key') | list %}
{% set referring = foreign_keys | map(attribute='columns') | map('first') | unique | list %}
with

{% if foreign_keys %}
-- each value once, in one pass over millions of rows
facts as (

    select
        {{ referring | join(', ') }},
        count(*) as rows_found
    from {{ model }}
    group by grouping sets (({{ referring | join('), (') }}))

),
{% endif %}

broken as (

    {% for columns in primary_keys %}
    select
        '{{ columns | join(", ") }}' as key_columns,
        concat_ws(', ', {{ columns | join(', ') }}) as key_value,
        count(*) as rows_found
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
    union all
    {% endfor %}
    {% for key in foreign_keys %}
    {% set column = key.columns[0] %}
    select
        '{{ column }}' as key_columns,
        cast(facts.{{ column }} as string) as key_value,
        facts.rows_found
    from facts
    {# as written or as compiled: `ref('dim_region')`, `marts.dim_region` #}
    anti join {{ model.incorporate(path={'identifier': modules.re.search('dim_[a-z_]+', key.to)[0]}) }} as dimension
        on facts.{{ column }} = dimension.{{ key.to_columns[0] }}
    where facts.{{ column }} is not null
    union all
    {% endfor %}
    select
        '' as key_columns,
        '' as key_value,
        0 as rows_found

)

select * from broken
where rows_found > 0
{% endtest %}
