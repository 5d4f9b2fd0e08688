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
COMPARED = "select settlement_id from marts.coverage_by_period where settlement_id = ?"
REGION = "select region_code from seeds.regions where region_code = ?"
ROWS = """
select
    hospital_code as "Sjukhuskod",
    hospital_name as "Sjukhus",
    period_name as "Period",
    category_name as "Operationstyp",
    operation_date as "Operationsdatum",
    outcome_name as "Utfall",
    reason_name as "Skäl",
    days_apart as "Dagar senare i registret",
    days_left as "Dagar till stoppdatum",
    list_name as "Lista",
    file_name as "Fil",
    row_in_file as "Rad i filen",
    contact_key as "Vårdkontakt"
from intermediate.int_list_differences_named
where settlement_id = ? and region_code = ?
order by
    hospital_code nulls last, period_role desc, category_order, operation_date, list_id, outcome_order nulls last,
    file_name, row_in_file, contact_key
"""


def write_region_list(connection: duckdb.DuckDBPyConnection, settlement: str, region: str, file: str) -> int:
    """Write the list of a region in a settlement; 1 and one line when there is none, or a file already."""
    if not connection.execute(REGION, [region]).fetchall():
        print(f"There is no region {region}; write its county code, as in seeds/reference/regions.csv.")
        return 1
    if not connection.execute(COMPARED, [settlement]).fetchall():
        print(f"No second list is compared in settlement {settlement}; marts.coverage_by_period lists those that are.")
        return 1
    found = connection.execute(ROWS, [settlement, region])
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
