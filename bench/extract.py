"""Generates an extract in the raw layout of the register: `python -m bench.extract FOLDER ROWS` (see extract.sql)."""

from __future__ import annotations

import datetime as dt
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from vardkoer.paths import SEEDS
from vardkoer.sample import PROCEDURE_DATES

FIRST_MONTH = dt.date(2021, 12, 1)
DELIVERIES = 60
# Of the contacts of a month, and how often a contact is delivered.
INPATIENT_SHARE = 0.1
DELIVERIES_OF_A_CONTACT = 2.82
MOST_PERSONS = 13148 * 990
SEED_TABLES = ("hospitals", "regions", "procedure_codes", "diagnosis_codes", "operation_definitions")
# The n-th code of an inpatient contact has a date; one in eight lacks it, one in five hundred lies a year ahead.
DATES = ", ".join(
    f"if({position} <= code_count and (content >> {position}) % 8 != 0, indatum + cast("
    f"(content >> {position + 3}) % 3 + if((content >> {position + 5}) % 500 = 0, 365, 0) as int), null) as {column}"
    for position, column in enumerate(PROCEDURE_DATES, start=1)
)
CONTACT_COLUMNS = (
    "vardkontakt_id",
    "leverans_nr",
    "inrapporterad",
    "makulerad",
    "personnummer",
    "lkf",
    "sjukhus",
    "mvo",
    "indatum",
    "hdia",
    "op",
)
COLUMNS = {"sv": f"{', '.join(CONTACT_COLUMNS)}, utdatum, {DATES}", "ov": ", ".join(CONTACT_COLUMNS)}


def generate(folder: Path, rows: int) -> None:
    """Write sixty monthly deliveries of about `rows` rows in all below `folder`/par; what is there already is kept."""
    if (folder / "complete").exists():
        return
    contacts = max(30, round(rows / DELIVERIES / DELIVERIES_OF_A_CONTACT))
    inpatient = round(contacts * INPATIENT_SHARE)
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "2GB", "preserve_insertion_order": False})
    for name in SEED_TABLES:
        (path,) = SEEDS.rglob(f"{name}.csv")
        connection.execute(f"create view {name} as from read_csv('{path}', all_varchar = true)")
    connection.execute(f"set variable contacts = {contacts}")
    connection.execute(f"set variable persons = {max(1, min(contacts * DELIVERIES // 3, MOST_PERSONS))}")
    connection.execute(Path(__file__).with_name("extract.sql").read_text(encoding="utf-8"))

    def write(number: int) -> None:
        for care, first, count in (("sv", 0, inpatient), ("ov", inpatient, contacts - inpatient)):
            place = folder / "par" / care
            place.mkdir(parents=True, exist_ok=True)
            month = FIRST_MONTH.month - 1 + number - 1
            name = f"{care}_{FIRST_MONTH.year + month // 12}_{1 + month % 12:02d}.parquet"
            cursor = connection.cursor()
            for variable, value in (("contacts", contacts), ("persons", persons)):
                cursor.execute(f"set variable {variable} = {value}")
            cursor.execute(
                f"copy (select {COLUMNS[care]} from delivery(date '{FIRST_MONTH}', {number}, {first}, {count})) "
                f"to '{place / name}' (format parquet, compression zstd, row_group_size 122880)"
            )

    persons = max(1, min(contacts * DELIVERIES // 3, MOST_PERSONS))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, range(1, DELIVERIES + 1)))
    (folder / "complete").touch()


if __name__ == "__main__":
    generate(Path(sys.argv[1]), int(sys.argv[2]))
