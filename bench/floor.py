"""The physical floor: `python -m bench.floor op EXTRACT` decodes one column, `... needed EXTRACT` every column that the
counts depend on, procedure dates of inpatient care included.

Nothing is done with the values but to count them and keep the largest.
"""

from __future__ import annotations

import sys

import duckdb

from bench.by_hand_duckdb import COLUMNS
from bench.measure import print_work
from vardkoer.sample import PROCEDURE_DATES


def scan(which: str, extract: str) -> None:
    """Decode the columns of both folders."""
    connection = duckdb.connect(config={"threads": 2})
    columns = ("op",) if which == "op" else COLUMNS
    folders = [("*", columns)] + ([("sv", PROCEDURE_DATES)] if which == "needed" else [])
    for folder, names in folders:
        values = ", ".join(f"count({name}), max({name})" for name in names)
        connection.execute(f"select {values} from read_parquet('{extract}/{folder}/*.parquet')").fetchall()


if __name__ == "__main__":
    print_work(scan, *sys.argv[1:])
