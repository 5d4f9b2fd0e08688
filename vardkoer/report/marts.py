"""The warehouse, open for reading: one SQL file in `views/` for each table and chart, which selects rows by key."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vardkoer.reading import open_warehouse

VIEWS = Path(__file__).parent / "views"
Row = dict[str, Any]


@dataclass(frozen=True)
class View:
    """The rows of a view and the parameters that were asked for."""

    name: str
    parameters: Row
    rows: list[Row]

    def __bool__(self) -> bool:
        """True when there is something to show."""
        return bool(self.rows)

    def where(self, **values: Any) -> View:
        """Its rows that have these values."""
        return View(self.name, self.parameters, [row for row in self.rows if values.items() <= row.items()])

    def among(self, column: str, values: Collection[Any]) -> View:
        """Its rows that have one of these values in a column."""
        return View(self.name, self.parameters, [row for row in self.rows if row[column] in values])


class Marts:
    """Reads views, and keeps in mind which marts the tables of the pages show."""

    def __init__(self, warehouse: Path):
        """Open the warehouse. Raises WarehouseError."""
        self.connection = open_warehouse(warehouse)
        self._views: dict[tuple[str, ...], View] = {}
        self.shown: set[str] = set()

    def view(self, name: str, **parameters: str) -> View:
        """The rows of `views/<name>.sql`; each question is put once."""
        key = (name, *(f"{parameter}={value}" for parameter, value in sorted(parameters.items())))
        if key not in self._views:
            found = self.connection.execute((VIEWS / f"{name}.sql").read_text(encoding="utf-8"), parameters)
            columns = [column[0] for column in found.description]
            self._views[key] = View(
                name, parameters, [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
            )
        return self._views[key]

    def has_records(self) -> bool:
        """True when the warehouse was published by `make build`, which writes its record into it."""
        return bool(
            self.connection.execute(
                "from duckdb_tables() where schema_name = 'records' and table_name = 'run'"
            ).fetchall()
        )
