"""The gate for volumes that regions report themselves (contract 2.2): files in, plain rows out.

What cannot be counted as it stands is refused with its row. Values are never shown: one could be an identity number.
"""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from vardkoer.gate.csv_tables import CsvTable, read_table
from vardkoer.gate.faults import RefusalError, fault_line, shown
from vardkoer.gate.seed_rows import PERIOD, Span, read_rows, span

SAVE_WITH_SEMICOLONS = "save it with semicolons or commas between the fields"


class RegionReportError(RefusalError):
    """One or more faults in region reports, one line each."""


class Report(NamedTuple):
    """A row of the source `region_reports`: a figure as a region told it one day, the month by its first day."""

    region_code: str
    category_id: str
    operation_month: datetime.date
    operations: int
    reported_date: datetime.date


COLUMNS = Report._fields


@dataclass(frozen=True)
class RegionReports:
    """What a folder holds: the files that were read, those that were not, and every figure once."""

    files: list[Path]
    unread: list[Path]
    rows: list[Report]


NO_REPORTS = RegionReports([], [], [])


def read_reports(folder: Path | None, seeds: Path) -> RegionReports:
    """Read every report below a folder, or none where no folder is named. Raises RegionReportError.

    `seeds` is the folder of rules, which have passed their own gate.
    """
    paths = paths_below(folder, "REGION_REPORTS_PATH") if folder else []
    files = [path for path in paths if path.suffix.lower() == ".csv" and path.is_file()]
    rules, faults = _Rules(seeds), []
    figures: dict[tuple[object, ...], tuple[int, str]] = {}
    for path in files:
        try:
            rows = _rows_by_name(read_table(path, ";,", SAVE_WITH_SEMICOLONS))
        except RefusalError as error:
            faults += str(error).splitlines()
            continue
        for number, row in rows:
            found = [fault_line(path, *words, number, column) for column, *words in _faults_of(row, rules)]
            if not found:
                key = (row["region_code"], row["category_id"], _month(row), _date(row["reported_date"]))
                operations = int(row["operations"])
                told, place = figures.setdefault(key, (operations, f"{shown(path.name)} row={number}"))
                if told != operations:
                    fault = f"another figure of the same day for this region, category and month is in {place}"
                    found = [fault_line(path, fault, "keep the right one", number, "operations")]
            faults += found
    if faults:
        raise RegionReportError(faults)
    reports = [Report(*key[:3], operations, key[3]) for key, (operations, _) in figures.items()]
    return RegionReports(files, [path for path in paths if path not in files], sorted(reports))


def paths_below(folder: Path, setting: str) -> list[Path]:
    """Everything below the folder of a setting but the folders themselves, at any depth. Raises RegionReportError."""

    def refuse(error: OSError) -> None:
        remedy = f"create the folder (it may be empty), or correct its permissions or {setting}"
        raise RegionReportError([fault_line(Path(error.filename), f"cannot be read ({error.strerror})", remedy)])

    paths = []
    for root, folders, names in os.walk(folder, onerror=refuse):
        links = [name for name in folders if Path(root, name).is_symlink()]
        paths += [Path(root, name) for name in names + links]
    return sorted(paths)


class _Rules:
    """What the seeds say of regions, and from where the rounds count which category in which period."""

    def __init__(self, seeds: Path) -> None:
        self.regions = [row["region_code"] for row in read_rows(seeds / "reference" / "regions.csv")]
        categories = read_rows(seeds / "rules" / "round_categories.csv")
        periods = read_rows(seeds / "rules" / "round_periods.csv")
        self.reported = sorted({row["category_id"] for row in categories if row["counts_from"] == "region_reports"})
        self._counted: list[tuple[str, str, Span]] = [
            (row["category_id"], row["counts_from"], span(period, PERIOD))
            for row in categories
            for period in periods
            if period["round_id"] == row["round_id"]
        ]

    def is_measured_in_par(self, category_id: str, day: str) -> bool:
        """True when rounds look at the day, and all of them count the category from PAR."""
        sources = {
            source
            for category, source, (first, last) in self._counted
            if category == category_id and first <= day <= last
        }
        return sources == {"par"}


def _rows_by_name(table: CsvTable) -> list[tuple[int, dict[str, str]]]:
    """The rows with blanks around their values taken off. Raises RegionReportError where the header is not ours."""
    header = [name.strip().lower() for name in table.header]
    faults = [
        fault_line(table.path, "column missing" if column not in header else "column stands twice", remedy, 1, column)
        for column in COLUMNS
        if header.count(column) != 1
        for remedy in [f"begin the file with {';'.join(COLUMNS)}"]
    ]
    if faults:
        raise RegionReportError(faults)
    return [
        (number, {name: value.strip() for name, value in zip(header, fields, strict=True)})
        for number, fields in table.rows
    ]


def _faults_of(row: dict[str, str], rules: _Rules) -> Iterator[tuple[str, str, str]]:
    """Column, fault and remedy of whatever is wrong with a row."""
    month, reported = _month(row), _date(row["reported_date"])
    if row["region_code"] not in rules.regions:
        yield "region_code", "unknown region", f"write its county code: {', '.join(rules.regions)}"
    if row["category_id"] not in rules.reported:
        remedy = f"report {' or '.join(rules.reported)}, spelt so" if rules.reported else "take the row out"
        yield "category_id", "unknown, or counted from PAR by every round", remedy
    elif month and rules.is_measured_in_par(row["category_id"], month.isoformat()):
        yield "category_id", "the round of this month counts it from PAR", "take the row out"
    if not month:
        yield "operation_month", "not a date", "write the first day of the month as YYYY-MM-DD"
    if not reported:
        yield "reported_date", "not a date", "write the day of the report as YYYY-MM-DD"
    if month and reported and month > reported:
        yield "operation_month", "a month after the day of the report", "correct the month or reported_date"
    if not re.fullmatch("[0-9]{1,9}", row["operations"]):
        yield "operations", "not a number of operations", "write digits only, at most nine, without blanks"


def _month(row: dict[str, str]) -> datetime.date | None:
    date = _date(row["operation_month"])
    return date and date.replace(day=1)


def _date(text: str) -> datetime.date | None:
    """A date as the contract writes dates; None for anything else."""
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8}", text):
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None
