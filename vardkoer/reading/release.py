"""The published warehouse that an export is made from: its record, its settlements and who publishes it."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb

from vardkoer.reading import open_warehouse, swedish

NEWEST_SETTLEMENTS = """
select settlement_id
from seeds.settlements
where
    settlement_id not in (select settlement_id from marts.settlement_gaps where gap = 'cutoff_not_reached')
    and settlement_id in (
        select settlement_id
        from marts.operation_counts
        where counts_from = 'par' and period_role = 'measured' and operations is not null
    )
qualify cutoff_date = max(cutoff_date) over ()
order by settlement_id
"""


class ExportError(Exception):
    """Why nothing is exported, in one line that says what to do."""


@dataclasses.dataclass(frozen=True)
class Settlement:
    """A settlement as a reader is told of it."""

    settlement_id: str
    name: str
    round_id: str
    cutoff_date: datetime.date | None
    is_provisional: bool

    @property
    def vintage(self) -> str:
        """What every table says of its figures: which settlement, which cut-off, how final."""
        cutoff = f", inrapportering t.o.m. {swedish.day(self.cutoff_date)}" if self.cutoff_date else ""
        provisional = ". Preliminära uppgifter" if self.is_provisional else ""
        return f"Avstämning: {self.name} ({self.settlement_id}){cutoff}{provisional}"


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
        sha256 = hashlib.sha256(self.record_text.encode()).hexdigest()
        return f"nr {self.record['number']}, {self.built_at:%Y-%m-%d %H.%M} UTC, kontrollsumma {sha256[:16]}"

    @functools.cached_property
    def settlements(self) -> dict[str, Settlement]:
        """Every settlement, in the order of the seed's key."""
        rows = self.rows("""
            select
                settlements.settlement_id, settlement_name_sv, round_id, settlements.cutoff_date,
                coalesce(bool_or(allocations.status = 'provisional'), false)
            from seeds.settlements
            left join marts.grant_allocations as allocations using (settlement_id)
            group by all
            order by settlements.settlement_id
        """)
        return {row[0]: Settlement(*row) for row in rows}

    @functools.cached_property
    def newest(self) -> list[Settlement]:
        """The settlements to follow up now: of those with a known month, the latest cut-off that the reports reach."""
        found = [self.settlements[settlement_id] for (settlement_id,) in self.rows(NEWEST_SETTLEMENTS)]
        if not found:
            raise ExportError("the deliveries reach no cut-off date with a month that is delivered; build with more")
        return found

    @functools.cached_property
    def flags(self) -> list[tuple[Any, ...]]:
        """The warnings: number, name, rule and limit in percent."""
        return self.rows("""
            select flag_order, flag_name_sv, rule_sv, threshold_percent
            from seeds.quality_flags
            order by flag_order
        """)

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
        return dict(self.rows("select setting_id, setting_value from seeds.publication"))

    @functools.cached_property
    def placeholders(self) -> list[str]:
        """What the publisher has still to set."""
        return [row[0] for row in self.rows("select setting_id from seeds.publication where is_placeholder order by 1")]

    def rows(self, query: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """What the warehouse answers."""
        return self.connection.execute(query, parameters or []).fetchall()


def open_release(warehouse: Path) -> Release:
    """The published warehouse. Raises WarehouseError, and ExportError when nobody vouches for it."""
    connection = open_warehouse(warehouse)
    try:
        text = connection.execute("select record from records.run").fetchall()[0][0]
    except duckdb.CatalogException:
        connection.close()
        raise ExportError(f"file={warehouse}: holds no record, so that nothing can be said of it; make build") from None
    return Release(connection, text)
