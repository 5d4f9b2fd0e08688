"""A region's list of what a second list and the register do not have in common, for the region's own people.

`python -m vardkoer coverage list SETTLEMENT REGION FILE` writes it. A row of the second list is named by its file and
row, one of the register by its contact, so that no identity is in it; but whoever has the list can tell who it is
about. The file is its owner's to read, and none that is there is replaced.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import duckdb

# Excel with Swedish settings opens this with its letters and columns in place.
ENCODING, DELIMITER = "utf-8-sig", ";"
OWNER_ALONE = 0o600
IS_KNOWN = """
select
    exists (from marts.coverage_decisions where settlement_id = $settlement),
    exists (from seeds.regions where region_code = $region)
"""
ROWS = """
with decisions as (
    select
        list_id, period_role, category_id, hospital_code, operation_date, outcome, reason, days_apart, days_left,
        file_name, row_in_file, contact_key
    from marts.coverage_decisions
    where settlement_id = $settlement and region_code = $region and outcome != 'counted'
    union all
    select
        list_id, period_role, category_id, hospital_code, operation_date, 'register_only', null, null, null,
        null, null, contact_key
    from marts.coverage_register_only
    where settlement_id = $settlement and region_code = $region
)
select
    decisions.hospital_code as "Sjukhuskod",
    hospitals.hospital_name as "Sjukhus",
    if(period_role = 'measured', 'mätperiod', 'jämförelseår') as "Period",
    categories.category_name_sv as "Operationstyp",
    operation_date as "Operationsdatum",
    coalesce(outcomes.outcome_sv, 'Finns bara i registret') as "Utfall",
    reasons.reason_sv as "Skäl",
    days_apart as "Dagar senare i registret",
    days_left as "Dagar till stoppdatum",
    lists.list_name_sv as "Lista",
    file_name as "Fil",
    row_in_file as "Rad i filen",
    contact_key as "Vårdkontakt"
from decisions
inner join seeds.categories using (category_id)
inner join seeds.coverage_lists as lists using (list_id)
left join seeds.coverage_outcomes as outcomes using (outcome)
left join seeds.decision_reasons as reasons on decisions.reason = reasons.reason and decisions.outcome = 'excluded'
left join seeds.hospitals as hospitals on decisions.hospital_code = hospitals.hospital_code
order by
    decisions.hospital_code nulls last, period_role desc, category_order, operation_date, list_id,
    outcome_order nulls last, file_name, row_in_file, contact_key
"""


def write_region_list(connection: duckdb.DuckDBPyConnection, settlement: str, region: str, file: str) -> int:
    """Write the list of a region in a settlement; 1 and one line when there is none, or a file already."""
    about = {"settlement": settlement, "region": region}
    ((is_compared, is_region),) = connection.execute(IS_KNOWN, about).fetchall()
    if not is_region:
        print(f"There is no region {region}; write its county code, as in seeds/reference/regions.csv.")
        return 1
    if not is_compared:
        print(f"No second list is compared in settlement {settlement}; marts.coverage_by_period lists those that are.")
        return 1
    found = connection.execute(ROWS, about)
    header, rows = [column[0] for column in found.description], found.fetchall()
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE)
    except OSError as error:
        print(f"file={Path(file)}: cannot be written ({error.strerror}); name a new file in a folder of your own")
        return 1
    with os.fdopen(descriptor, "w", encoding=ENCODING, newline="") as stream:
        writer = csv.writer(stream, delimiter=DELIMITER)
        writer.writerow(header)
        writer.writerows(rows)
    print(f"{len(rows)} rows in {Path(file)}, about single persons: only you can read it; keep it so.")
    return 0
