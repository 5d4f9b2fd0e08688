{% test foreign_keys_hold(model) %}
{# Fails when a value of a foreign key of the model's contract is not in the dimension that it refers to; NULL passes.
   Reports one missing value of each key, in one pass over the rows. #}
{% set node = (graph.nodes.values() if execute else []) | selectattr('name', 'equalto', model.identifier) | first %}
{% set foreign_keys = (node.constraints if node else []) | selectattr('type', 'equalto', 'foreign_key') | list %}
with

missing as (

    select
        {% for key in foreign_keys %}
        {# as written or as compiled: `ref('dim_region')`, `marts.dim_region` #}
        {% set dimension = model.incorporate(path={'identifier': modules.re.search('dim_[a-z_]+', key.to)[0]}) %}
        max(cast({{ key.columns[0] }} as varchar)) filter (
            where {{ key.columns[0] }} not in (select {{ key.to_columns[0] }} from {{ dimension }})
        ) as {{ key.columns[0] }}{{ "," if not loop.last }}
        {% endfor %}
    from {{ model }}

)

select * from missing
where coalesce({{ foreign_keys | map(attribute='columns') | map('first') | join(', ') }}) is not null
{% endtest %}
