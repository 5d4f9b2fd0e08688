-- Month of the newest report in the extract.
select max(report_month) as report_month
from marts.reporting_triangle
