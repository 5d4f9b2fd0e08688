"""CSV that Excel with Swedish settings opens by a double click: semicolons, a byte order mark, decimal commas.

For people; programs read the folder `csv`. Excel would take 01 for 1 and show it so: what is written with figures and
begins with 0 is told to it as text, in the one way that it understands (`="01"`).
"""

from __future__ import annotations

import codecs
from pathlib import Path

from vardkoer.exports.open_data.files import csv_value, data_path, sql_text
from vardkoer.exports.open_data.tables import Column, OpenTable
from vardkoer.reading.release import Release

FOLDER = "csv_excel"


def write_excel_files(release: Release, tables: list[OpenTable], folder: Path) -> None:
    """Write the tables in the order in which they are in the other files."""
    (folder / FOLDER).mkdir()
    for table in tables:
        path = data_path(folder, table, FOLDER)
        values = ", ".join(f'{_value(column)} as "{column.name}"' for column in table.columns)
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        release.connection.execute(
            f"copy (select {values} from (select {names} from {table.relation} order by all)) "
            f"to '{sql_text(path)}' (format csv, header, delimiter ';')"
        )
        path.write_bytes(codecs.BOM_UTF8 + path.read_bytes())


def _value(column: Column) -> str:
    name = f'"{column.name}"'
    if column.data_type == "string":
        return f"""if(regexp_matches({name}, '^0[0-9]+$'), '="' || {name} || '"', {csv_value(column)})"""
    if column.data_type == "boolean":
        return f"if({name}, 'SANT', 'FALSKT')"
    if column.data_type.startswith(("decimal", "double")):
        return f"replace(cast({name} as varchar), '.', ',')"
    return name
