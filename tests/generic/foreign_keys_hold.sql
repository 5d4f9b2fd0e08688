{% test foreign_keys_hold(model) %}
{# Fails when a value of a foreign key of the model's contract is not in the dimension that it refers to; NULL passes.
   Reports one missing value of each key, in one pass over the rows. #}
{% set node = (graph.nodes.values() if execute else []) | selectattr('name', 'equalto', model.identifier) | first %}
{% set foreign_keys = (node.constraints if node else []) | selectattr('type', 'equalto', 'foreign_key') | list %}
{% set columns = foreign_keys | map(attribute='columns') | map('first') | unique | list %}
with

-- each value once, in one pass over millions of rows
facts as (

    select {{ columns | join(', ') }}
    from {{ model }}
    group by grouping sets (({{ columns | join('), (') }}))

),

missing as (

    select
        {% for key in foreign_keys %}
        max(case when dimension_{{ loop.index }}.{{ key.to_columns[0] }} is null then facts.{{ key.columns[0] }} end)
            as {{ key.columns[0] }}{{ "," if not loop.last }}
        {% endfor %}
    from facts
    {% for key in foreign_keys %}
    {# as written or as compiled: `ref('dim_region')`, `marts.dim_region` #}
    left join {{ model.incorporate(path={'identifier': modules.re.search('dim_[a-z_]+', key.to)[0]}) }}
        as dimension_{{ loop.index }}
        on facts.{{ key.columns[0] }} = dimension_{{ loop.index }}.{{ key.to_columns[0] }}
    {% endfor %}

)

select * from missing
where {% for key in foreign_keys %}{{ key.columns[0] }} is not null{{ " or " if not loop.last }}{% endfor %}

{% endtest %}
