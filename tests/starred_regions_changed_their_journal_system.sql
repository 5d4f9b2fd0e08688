{# The regions that the published tables star are those with a change of journal system, in both directions. #}
with

starred as (

    select distinct region_code
    from {{ ref('published_period_operations') }}
    where journal_system_change

),

known as (

    select distinct region_code
    from {{ ref('known_reporting_issues') }}
    where flag_id = 'journal_system_change'

)

select
    coalesce(starred.region_code, known.region_code) as region_code,
    starred.region_code is not null as is_starred
from starred
full outer join known on starred.region_code = known.region_code
where starred.region_code is null or known.region_code is null
