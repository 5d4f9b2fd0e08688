-- Which settlements stand behind the tables of the final report.
select measure, settlement_id
from seeds.published_measures
order by measure, settlement_id
