"""CSV and Parquet of every open table, and the data package that describes them to programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vardkoer.exports.open_data.tables import Column, OpenTable
from vardkoer.reading.release import Release
from vardkoer.warehouse.run_record import sha256_of

FIELD_TYPES = {"string": "string", "bigint": "integer", "integer": "integer", "boolean": "boolean", "date": "date"}
# What spreadsheets take for a formula when they open a CSV file.
FORMULA_START = "^[=+@\\t\\r-]"
# `00` stands for the nation and is no region.
NOT_REFERENCES = ("region_code",)
CSV_NOTE = (
    "NULL is an empty field. A text that a spreadsheet would take for a formula has an apostrophe before it in CSV; "
    "Parquet has it as it is."
)


def write_open_files(release: Release, tables: list[OpenTable], folder: Path) -> None:
    """Write the tables, in the order of their columns so that the same warehouse makes the same files."""
    for kind in ("csv", "parquet"):
        (folder / kind).mkdir(parents=True)
    for table in tables:
        ordered = f"from {table.relation} order by all"
        exact = ", ".join(f'"{column.name}"' for column in table.columns)
        safe = ", ".join(f'{csv_value(column.name, column.data_type)} as "{column.name}"' for column in table.columns)
        csv_path, parquet_path = (data_path(folder, table, kind) for kind in ("csv", "parquet"))
        release.connection.execute(f"copy (select {safe} {ordered}) to '{sql_text(csv_path)}' (format csv, header)")
        release.connection.execute(f"copy (select {exact} {ordered}) to '{sql_text(parquet_path)}' (format parquet)")
    package = data_package(release, tables, folder)
    (folder / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def data_path(folder: Path, table: OpenTable, kind: str) -> Path:
    """Where a table is written, in a folder named after what its files are: `csv`, `csv_excel`, `parquet`."""
    return folder / kind / f"{table.name}.{kind.removesuffix('_excel')}"


def data_package(release: Release, tables: list[OpenTable], folder: Path) -> dict[str, Any]:
    """The description of the CSV files (Data Package, version 1 of the standard)."""
    settings = release.publication
    references = {table.key[0]: table.name for table in tables if table.is_reference and len(table.key) == 1}
    return {
        "profile": "tabular-data-package",
        "name": "vardkoer",
        "title": settings["catalogue_title_sv"],
        "description": settings["catalogue_description_sv"],
        "version": str(release.record["number"]),
        "created": release.built_at.isoformat(),
        "run": release.run,
        "is_sample": release.is_sample,
        "homepage": settings["base_url"],
        "licenses": [{"name": settings["licence_name"], "path": settings["licence_uri"]}],
        "contributors": [{"title": settings["publisher_name"], "path": settings["publisher_uri"], "role": "publisher"}],
        "resources": [_resource(table, folder, references) for table in tables],
    }


def _resource(table: OpenTable, folder: Path, references: dict[str, str]) -> dict[str, Any]:
    path = data_path(folder, table, "csv")
    schema: dict[str, Any] = {"fields": [_field(column) for column in table.columns], "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    foreign_keys = [
        {"fields": column.name, "reference": {"resource": references[column.name], "fields": column.name}}
        for column in table.columns
        if column.name in references and references[column.name] != table.name and column.name not in NOT_REFERENCES
    ]
    if foreign_keys:
        schema["foreignKeys"] = foreign_keys
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title,
        "description": f"{table.description} {CSV_NOTE}",
        "path": path.relative_to(folder).as_posix(),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256_of(path)}",
        "dialect": {"delimiter": ",", "header": True},
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if column.is_required else {}
    if column.allowed:
        constraints["enum"] = list(column.allowed)
    field = {
        "name": column.name,
        "type": FIELD_TYPES.get(column.data_type, "number"),
        "description": column.description,
    }
    return field | ({"constraints": constraints} if constraints else {})


def csv_value(column: str, data_type: str) -> str:
    """The SQL of a value that a spreadsheet takes for a value and for no formula."""
    name = f'"{column}"'
    if data_type != "string":
        return name
    return f"""if(regexp_matches({name}, '{FORMULA_START}'), '''' || {name}, {name})"""


def sql_text(path: Path) -> str:
    """A path between the quotes of SQL."""
    return str(path).replace("'", "''")
