"""CSV that Excel with Swedish settings opens by a double click: semicolons, a byte order mark, decimal commas.

For people; programs read the folder `csv`. Excel would take 01 for 1 and show it so: what is written with figures and
begins with 0 is told to it as text, in the one way that it understands (`="01"`).
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from pathlib import Path

import duckdb

from vardkoer.exports.open_data.files import csv_value, data_path, sql_text
from vardkoer.exports.open_data.tables import OpenTable
from vardkoer.reading.release import Release

FOLDER = "csv_excel"


def write_excel_files(release: Release, tables: list[OpenTable], folder: Path) -> None:
    """Write the tables in the order in which they are in the other files."""
    (folder / FOLDER).mkdir()
    for table in tables:
        columns = [(column.name, column.data_type) for column in table.columns]
        write_excel_file(release.connection, table.relation, columns, data_path(folder, table, FOLDER))


def write_excel_file(
    connection: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[tuple[str, str]], path: Path
) -> None:
    """Write columns of a table, given with their types."""
    values = ", ".join(f'{_value(name, data_type)} as "{name}"' for name, data_type in columns)
    # by what is stored, and not by what is written in its place
    order = ", ".join(f'stored."{name}"' for name, _ in columns)
    connection.execute(
        f"copy (select {values} from {relation} as stored order by {order}) "
        f"to '{sql_text(path)}' (format csv, header, delimiter ';')"
    )
    path.write_bytes(codecs.BOM_UTF8 + path.read_bytes())


def _value(column: str, data_type: str) -> str:
    name = f'"{column}"'
    if data_type == "string":
        return f"""if(regexp_matches({name}, '^0[0-9]+$'), '="' || {name} || '"', {csv_value(column, data_type)})"""
    if data_type == "boolean":
        return f"if({name} is null, null, if({name}, 'SANT', 'FALSKT'))"
    if data_type.startswith(("decimal", "double")):
        return f"replace(cast({name} as varchar), '.', ',')"
    return name
