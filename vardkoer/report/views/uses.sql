-- Which settlements stand behind the tables of the final report.
select measure, settlement_id
from seeds.published_measures
inner join settlement_facts using (settlement_id)
order by measure, settlement_order
