"""A seed file with its yml, and its rows by what they are about. Dates stay text, which sorts as they do."""

from __future__ import annotations

import calendar
import csv
import dataclasses
import datetime
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from vardkoer.gate.csv_tables import CsvTable
from vardkoer.gate.faults import fault_line

Row = dict[str, str]
Numbered = tuple[int, Row]
Month = tuple[int, int]
Span = tuple[str, str]
VALID = ("valid_from", "valid_to")
PERIOD = ("period_start", "period_end")


@dataclasses.dataclass(frozen=True)
class Seed:
    """A seed file and its yml. `numbered` has its rows with their numbers in the file, codes as R2 compares them."""

    path: Path
    spec: dict[str, Any]
    header: list[str]
    numbered: list[Numbered]

    @classmethod
    def of(cls, table: CsvTable, spec: dict[str, Any]) -> Seed:
        """The seed that a file is."""
        codes = [column["name"] for column in spec["columns"] if meta_of(column).get("is_code")]
        rows = [(number, dict(zip(table.header, fields, strict=True))) for number, fields in table.rows]
        for _, row in rows:
            row.update({column: normalized_code(row[column]) for column in codes if column in row})
        return cls(table.path, spec, table.header, rows)

    @property
    def rows(self) -> list[Row]:
        """The rows without their numbers."""
        return [row for _, row in self.numbered]

    @cached_property
    def columns(self) -> dict[str, dict[str, Any]]:
        """What the yml says of each column that the file has, its type included."""
        return {
            column["name"]: meta_of(column) | {"type": self.types[column["name"]]}
            for column in self.spec["columns"]
            if column["name"] in self.header
        }

    @property
    def types(self) -> dict[str, str]:
        """Column types as dbt loads them."""
        return self.spec["config"]["column_types"]

    @property
    def keys(self) -> list[tuple[str, ...]]:
        """Column combinations that identify a row."""
        single = [(name,) for name, meta in self.columns.items() if meta.get("unique")]
        key = meta_of(self.spec).get("key")
        return [*single, tuple(key)] if key else single

    def by(self, column: str) -> dict[str, list[Numbered]]:
        """The rows of each value of a column."""
        grouped = defaultdict(list)
        for number, row in self.numbered:
            grouped[row[column]].append((number, row))
        return dict(grouped)

    def fault(self, row: int | None, column: str | None, fault: str, remedy: str) -> str:
        """A line about this file."""
        return fault_line(self.path, fault, remedy, row, column)


Seeds = Mapping[str, Seed]


def read_rows(path: Path) -> list[Row]:
    """The rows of a seed file that has been checked, as typed."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def meta_of(spec: dict[str, Any]) -> dict[str, Any]:
    """What the yml of a seed or of a column says for the gate."""
    return spec.get("config", {}).get("meta", {})


def normalized_code(text: str) -> str:
    """A code as R2 compares it: its letters and digits in upper case (`normalized_code` in SQL)."""
    return re.sub(r"[\W_]+", "", text).upper()


def round_of(seeds: Seeds, row: Row) -> Row:
    """The round that a row belongs to."""
    return next(found for found in seeds["grant_rounds"].rows if found["round_id"] == row["round_id"])


def periods_of(seeds: Seeds, round_id: str, role: str) -> list[Numbered]:
    """The measured or the baseline periods of a round."""
    rows = seeds["round_periods"].numbered
    return [(number, row) for number, row in rows if (row["round_id"], row["period_role"]) == (round_id, role)]


def ends_a_month(date: str) -> bool:
    """True for the last day of a month."""
    year, month, day = map(int, date.split("-"))
    return day == calendar.monthrange(year, month)[1]


def months_between(first: str, last: str) -> list[Month]:
    """The months from one date to another, both included."""
    begin, end = (int(date[:4]) * 12 + int(date[5:7]) - 1 for date in (first, last))
    return [(number // 12, number % 12 + 1) for number in range(begin, end + 1)]


def span(row: Row, columns: tuple[str, str] = VALID) -> Span:
    """The first and the last day of a row; a missing one is as far away as can be."""
    first, last = columns
    return row.get(first) or "0001-01-01", row.get(last) or "9999-12-31"


def overlap(one: Span, other: Span) -> bool:
    """True when both have a day in common."""
    return one[0] <= other[1] and other[0] <= one[1]


def overlaps(seed: Seed, key: tuple[str, ...], columns: tuple[str, str] = VALID) -> Iterator[str]:
    """A line for each row that ends before it starts, or that overlaps another of its key."""
    spans = defaultdict(list)
    for number, row in seed.numbered:
        dates = span(row, columns)
        if dates[1] < dates[0]:
            yield seed.fault(number, columns[1], "ends before it starts", "correct one of the dates")
        spans[tuple(row[column] for column in key)].append((dates, number))
    for of_key in spans.values():
        for (earlier, one), (later, other) in itertools.pairwise(sorted(of_key)):
            if overlap(earlier, later):
                remedy = "let one end the day before the other starts"
                yield seed.fault(other, columns[0], f"overlaps row {one}", remedy)


def day_after(date: str) -> str:
    """The next day."""
    return (datetime.date.fromisoformat(date) + datetime.timedelta(days=1)).isoformat()
