-- Month of the newest report in the extract.
select report_month
from newest_report
