"""The published warehouse as a reader meets it: open for reading, summed up, explained, and in Swedish words."""

from __future__ import annotations

from pathlib import Path

import duckdb


class WarehouseError(Exception):
    """Why the warehouse cannot be read, in one line that says what to do."""


def open_warehouse(warehouse: Path) -> duckdb.DuckDBPyConnection:
    """The warehouse, open for reading. Raises WarehouseError."""
    if not warehouse.exists():
        raise WarehouseError(f"file={warehouse}: there is no warehouse; make build makes one")
    try:
        return duckdb.connect(str(warehouse), read_only=True)
    except duckdb.Error:
        raise WarehouseError(f"file={warehouse}: cannot be read; close what has it open for writing") from None
