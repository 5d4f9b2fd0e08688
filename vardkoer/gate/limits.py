"""Rows that no rule can be applied to: how many a file may have before it is refused (seed `quarantine_limits`)."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Protocol

from vardkoer.gate.account import WRONG_NUMBER_OF_FIELDS, UnreadableRow
from vardkoer.gate.files import DataFile, DeliveryError
from vardkoer.gate.seeds import Row, read_rows


class Looked(Protocol):
    """What is known of a file that was looked at."""

    @property
    def rows(self) -> int:
        """Rows of the file."""

    @property
    def unreadable_rows(self) -> tuple[UnreadableRow, ...]:
        """Those that cannot be read."""


def read_limits(seeds: Path) -> dict[str, Row]:
    """The limits by their fault."""
    return {row["fault"]: row for row in read_rows(seeds / "deliveries" / "quarantine_limits.csv")}


def refuse_beyond_limits(file: DataFile, account: Looked, limits: dict[str, Row]) -> None:
    """Raises DeliveryError when a file has more rows of a fault than its limit."""
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row in account.unreadable_rows:
        rows_of[row.fault].append(row.row)
    for fault, limit in limits.items():
        rows = rows_of[fault]
        if 100 * len(rows) > float(limit["max_percent"]) * account.rows:
            what = (
                f"not the {file.width} fields of the header"
                if fault == WRONG_NUMBER_OF_FIELDS
                else "missing or unreadable value"
            )
            raise DeliveryError(
                file.path,
                f"{what}, in {len(rows)} of {account.rows} rows where {float(limit['max_percent']):g} percent may go "
                "to quarantine",
                limit["remedy_en"],
                row=min(rows),
                column=limit["column_name"] or None,
            )
