"""The tables behind the pages as files that a Swedish Excel opens by a double click."""

from __future__ import annotations

from pathlib import Path

from vardkoer.exports.open_data.excel import write_excel_file
from vardkoer.report.marts import Marts

FOLDER = "tabeller"


def write_downloads(marts: Marts, folder: Path) -> None:
    """Write each model that a table of the site shows."""
    (folder / FOLDER).mkdir(exist_ok=True)
    for mart in sorted(marts.shown):
        relation = f"marts.{mart}"
        found = marts.connection.execute(f"describe {relation}").fetchall()
        columns = [(name, data_type.lower().replace("varchar", "string")) for name, data_type, *_ in found]
        write_excel_file(marts.connection, relation, columns, folder / FOLDER / f"{mart}.csv")
