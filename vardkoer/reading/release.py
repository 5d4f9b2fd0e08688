"""The published warehouse that an export is made from: its record, its settlements and who publishes it."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from vardkoer.reading import open_warehouse, swedish


class ExportError(Exception):
    """Why nothing is exported, in one line that says what to do."""


@dataclasses.dataclass(frozen=True)
class Settlement:
    """A settlement as a reader is told of it."""

    settlement_id: str
    name: str
    round_id: str
    cutoff_date: datetime.date | None
    status: str | None
    first_month: datetime.date | None
    last_month: datetime.date | None
    baseline_first_year: int | None
    baseline_last_year: int | None
    is_newest: bool

    @property
    def vintage(self) -> str:
        """What every table says of its figures: which settlement, which cut-off, how final."""
        cutoff = f", inrapportering t.o.m. {swedish.day(self.cutoff_date)}" if self.cutoff_date else ""
        provisional = ". Preliminära uppgifter" if self.status == "provisional" else ""
        return f"Avräkning: {self.name}{cutoff}{provisional}"

    @property
    def months(self) -> str:
        """The months that are measured so far, without their year."""
        return swedish.month_span(self.first_month, self.last_month) if self.first_month and self.last_month else ""

    @property
    def year(self) -> int:
        """Their year."""
        return self.last_month.year if self.last_month else 0

    @property
    def baseline_years(self) -> str:
        """The years that they are compared with; empty when there are none."""
        return f"{self.baseline_first_year}–{self.baseline_last_year}" if self.baseline_first_year else ""


@dataclasses.dataclass(frozen=True)
class Release:
    """A warehouse open for reading, with the text of its record."""

    connection: duckdb.DuckDBPyConnection
    record_text: str

    @functools.cached_property
    def record(self) -> dict[str, Any]:
        """The record of the build."""
        return json.loads(self.record_text)

    @functools.cached_property
    def built_at(self) -> datetime.datetime:
        """When the warehouse was built: the only time that an export knows."""
        return datetime.datetime.fromisoformat(self.record["built_at"])

    @property
    def is_sample(self) -> bool:
        """True when the people are invented."""
        return self.record["is_sample"]

    @property
    def run(self) -> str:
        """The build, for people."""
        return run_in_words(self.record_text)

    @functools.cached_property
    def settlements(self) -> dict[str, Settlement]:
        """Every settlement, in the order of their ids."""
        columns = (
            *("settlement_id", "settlement_name", "round_id", "cutoff_date", "status", "first_month", "last_month"),
            *("baseline_first_year", "baseline_last_year", "is_newest"),
        )
        rows = self.select("table_settlements", columns, ("settlement_id",))
        return {row[0]: Settlement(*row) for row in rows}

    @functools.cached_property
    def newest(self) -> list[Settlement]:
        """The settlements to follow up now: of those with a known month, the latest cut-off that the reports reach."""
        found = [settlement for settlement in self.settlements.values() if settlement.is_newest]
        if not found:
            raise ExportError("the deliveries reach no cut-off date with a month that is delivered; build with more")
        return found

    @functools.cached_property
    def flags(self) -> list[tuple[Any, ...]]:
        """The warnings: id, number, name, rule and limit in percent."""
        columns = ("flag_id", "flag_order", "flag_name_sv", "rule_sv", "threshold_percent")
        return self.select("seeds.quality_flags", columns, ("flag_order",))

    @functools.cached_property
    def layouts(self) -> list[str]:
        """How the extract was written down, and what it does not say."""
        rows = self.rows("""
            select layout_name_sv, derived_sv, assumed_sv, absent_sv
            from marts.delivered_layouts
            order by layout_id
        """)
        return [swedish.layout(*row) for row in rows]

    @functools.cached_property
    def publication(self) -> dict[str, str]:
        """Who publishes, and on what terms."""
        return dict(self.select("seeds.publication", ("setting_id", "setting_value"), ("setting_id",)))

    @functools.cached_property
    def placeholders(self) -> list[str]:
        """What the publisher has still to set."""
        rows = self.select("seeds.publication", ("setting_id",), ("setting_id",), is_placeholder=True)
        return [setting_id for (setting_id,) in rows]

    def select(
        self, relation: str, columns: Sequence[str], order: Sequence[str] = (), **key: Any
    ) -> list[tuple[Any, ...]]:
        """Columns of the rows of a mart, or of a seed, that have a key. What is shown is decided in the models."""
        place = relation if "." in relation else f"marts.{relation}"
        where = " and ".join(f'"{name}" = ?' for name in key)
        return self.rows(
            f"select {', '.join(columns)} from {place}"
            + (f" where {where}" if where else "")
            + (f" order by {', '.join(order)}" if order else ""),
            list(key.values()),
        )

    def rows(self, query: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """What the warehouse answers."""
        return self.connection.execute(query, parameters or []).fetchall()


def run_in_words(record_text: str) -> str:
    """Number, time and checksum of a build: what `sha256sum` gives of its record, so that a stranger can check it."""
    record = json.loads(record_text)
    built_at = datetime.datetime.fromisoformat(record["built_at"])
    sha256 = hashlib.sha256(record_text.encode()).hexdigest()
    return f"nr {record['number']}, {built_at:%Y-%m-%d %H.%M} UTC, kontrollsumma {sha256[:16]}"


def open_release(warehouse: Path) -> Release:
    """The published warehouse. Raises WarehouseError, and ExportError when nobody vouches for it."""
    connection = open_warehouse(warehouse)
    try:
        text = connection.execute("select record from records.run").fetchall()[0][0]
    except duckdb.CatalogException:
        connection.close()
        raise ExportError(f"file={warehouse}: holds no record, so that nothing can be said of it; make build") from None
    return Release(connection, text)
