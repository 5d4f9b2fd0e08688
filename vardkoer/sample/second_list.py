"""An invented second list of cataract operations, as a quality register would hold it, beside the invented extract.

The final report (bilaga 5) says that PAR lacks about 20 percent of the cataract operations that the quality register
has, that many regions had almost all of them and that three had 20 to 30 percent. What it leaves open is chosen here.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from vardkoer.gate.seeds import read_rows
from vardkoer.paths import SEEDS

SQL = Path(__file__).with_suffix(".sql")
YEARS = (2022, 2023, 2024, 2025, 2026)
# The three regions and how much of the list their providers reported in each year, in percent: the final report sees
# that regions with low reporting worked at it in 2025. In the others it is almost all.
LOW = {"04": (28, 28, 28, 47, 60), "13": (22, 22, 22, 24, 45), "21": (25, 25, 25, 62, 75)}
IMPROVED_FROM = 2025
NEWEST_MONTH = "2026-10-01"


def write(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the list below a folder, out of the contacts that the connection holds: a file a year, and its newest month
    as CSV with codes in the place of categories."""
    folder.mkdir(parents=True)
    connection.execute("create table reported_percent (region_code varchar, year int, percent int)")
    connection.executemany("insert into reported_percent values (?, ?, ?)", list(_reported_percent()))
    for statement in connection.extract_statements(SQL.read_text(encoding="utf-8")):
        connection.execute(statement)
    for year in YEARS:
        connection.execute(
            "copy (select * exclude (procedure_code) from second_list "
            f"where year(operation_date) = {year} and operation_date < date '{NEWEST_MONTH}' order by all) "
            f"to '{folder / f'cataract_{year}.parquet'}' (format parquet, compression zstd)"
        )
    connection.execute(
        "copy (select * exclude (category_id) from second_list "
        f"where operation_date >= date '{NEWEST_MONTH}' order by all) "
        f"to '{folder / 'cataract_2026_10.csv'}' (format csv, delimiter ';', header true)"
    )


def _reported_percent() -> list[tuple[str, int, int]]:
    regions = [row["region_code"] for row in read_rows(SEEDS / "reference" / "regions.csv")]
    return [
        (region, year, LOW[region][place] if region in LOW else 87 + 7 * int(region) % 9 + 2 * (year >= IMPROVED_FROM))
        for region in regions
        for place, year in enumerate(YEARS)
    ]
