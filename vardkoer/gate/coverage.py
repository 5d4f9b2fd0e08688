"""The gate for second lists (`COVERAGE_PATH`): files that hold operations which the register should hold too.

Files are opened, values read and rows numbered as those of the extract are. What no list can be asked about goes to
quarantine within the limits of `quarantine_limits`; a list is described by rows of `coverage_lists`.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path

import duckdb

from vardkoer.gate import files, values
from vardkoer.gate.account import WRONG_NUMBER_OF_FIELDS, UnreadableRow, check_columns, row_in_file
from vardkoer.gate.faults import masked, on_one_line
from vardkoer.gate.files import DataFile, DeliveryError, RefusedDeliveryError, in_memory, text_literal
from vardkoer.gate.limits import read_limits, refuse_beyond_limits
from vardkoer.gate.region_reports import paths_below
from vardkoer.gate.seed_rows import read_rows

REQUIRED = ("list_id", "personnummer", "operation_date", "hospital_code")
# What was done: by the name of a category, or by a KVÅ code.
DONE = ("category_id", "procedure_code")
OPTIONAL = (*DONE, "lkf")
COLUMNS = (*REQUIRED, *OPTIONAL)
UNKNOWN_LIST, UNKNOWN_CATEGORY, UNREADABLE_DATE = "unknown_list", "unknown_category", "unreadable_operation_date"


@dataclasses.dataclass(frozen=True)
class ListFile:
    """A file of a list: how it is opened, its name as others may see it, and the rows that cannot be read."""

    file: DataFile
    name: str
    version: str
    unreadable_rows: tuple[UnreadableRow, ...]

    @property
    def rows(self) -> int:
        """Rows of the file, those that cannot be read among them."""
        return self.file.rows


@dataclasses.dataclass(frozen=True)
class SecondLists:
    """What a folder holds: the files that are read, the names of those that are not, and when a row has a fault, as
    SQL that reads the columns of `COLUMNS`."""

    files: tuple[ListFile, ...]
    unread: tuple[str, ...]
    faults: dict[str, str]


NO_LISTS = SecondLists((), (), {})


def read_lists(folder: Path | None, seeds: Path) -> SecondLists:
    """Look at every file below a folder, or at none where no folder is named. Raises RefusedDeliveryError."""
    if folder is None:
        return NO_LISTS
    paths = paths_below(folder, "COVERAGE_PATH")
    read = [path for path in paths if path.name.lower().endswith(files.SUFFIXES)]
    unread = [on_one_line(masked(str(path.relative_to(folder)))) for path in paths if path not in read]
    rules, limits = _faults(seeds), read_limits(seeds)
    found: list[ListFile] = []
    refused = []
    for path, name in zip(read, files.public_names(read, folder), strict=True):
        try:
            found.append(_look_at(path, name, rules))
            refuse_beyond_limits(found[-1].file, found[-1], limits)
        except DeliveryError as error:
            refused.append(str(error))
    if refused:
        raise RefusedDeliveryError(refused)
    return SecondLists(tuple(found), tuple(unread), rules)


def warnings(lists: SecondLists) -> list[str]:
    """What is not read and what is in quarantine, a line each."""
    lines = [f"not read: {name}" for name in lists.unread]
    for file in lists.files:
        if rows := file.unreadable_rows:
            counts = ", ".join(f"{fault} {count}" for fault, count in Counter(row.fault for row in rows).items())
            lines.append(f"file={file.name}: {len(rows)} rows in quarantine ({counts}); see marts.coverage_row_account")
    return lines


def changed_files(lists: SecondLists, folder: Path | None) -> list[Path]:
    """The files of lists that are not what they were when they passed, or are new or gone."""
    before = {file.file.path: file.version for file in lists.files}
    paths = paths_below(folder, "COVERAGE_PATH") if folder else []
    after = {path: files.version_of(path) for path in paths if path.name.lower().endswith(files.SUFFIXES)}
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def accepted_rows(file: ListFile, faults: dict[str, str]) -> str:
    """The query that reads the rows that can be read, each with its number in the file."""
    columns = ", ".join((*COLUMNS, "row_in_file"))
    readable = " and ".join(f"({condition}) is not true" for condition in faults.values())
    return f"select {columns}, {text_literal(file.name)} as file_name from {_rows(file.file)} where {readable}"


def _faults(seeds: Path) -> dict[str, str]:
    """The faults of a row in the order in which they are named."""
    lists = {row["list_id"] for row in read_rows(seeds / "coverage" / "coverage_lists.csv")}
    categories = {row["category_id"] for row in read_rows(seeds / "reference" / "categories.csv")}
    return {
        UNKNOWN_LIST: f"list_id is null or list_id not in ({_literals(lists)})",
        UNKNOWN_CATEGORY: f"coalesce({', '.join(DONE)}) is null or category_id not in ({_literals(categories)})",
        UNREADABLE_DATE: "operation_date is null",
    }


def _literals(known: set[str]) -> str:
    return ", ".join(map(text_literal, sorted(known))) or "''"


def _look_at(path: Path, name: str, faults: dict[str, str]) -> ListFile:
    version = files.version_of(path)
    file = files.open_file(path)
    check_columns(file, REQUIRED, [column for column in OPTIONAL if column in file.columns])
    if not any(column in file.columns for column in DONE):
        remedy = "deliver the file with one of them"
        raise DeliveryError(path, "column missing", remedy, column=" or ".join(DONE))
    cases = " ".join(f"when {condition} then '{fault}'" for fault, condition in faults.items())
    try:
        found = (
            in_memory()
            .execute(f"""
                select row_in_file, fault
                from (select *, case {cases} end as fault from {_rows(file)})
                where fault is not null
                order by row_in_file
            """)
            .fetchall()
        )
    except duckdb.Error:
        raise DeliveryError(path, "the file is damaged", "deliver the whole file again") from None
    if files.version_of(path) != version:
        raise DeliveryError(path, "changes while it is read", "build again when it is whole")
    rows = [*found, *((row, WRONG_NUMBER_OF_FIELDS) for row in file.ragged_rows)]
    unreadable = tuple(UnreadableRow(row, fault, is_withdrawal=False) for row, fault in sorted(rows))
    return ListFile(file.reduced_to(COLUMNS), name, version, unreadable)


def _rows(file: DataFile) -> str:
    """The columns of `COLUMNS` as a table expression, with the number of each row in its file."""
    columns = ", ".join(f"{_value(file, column)} as {column}" for column in COLUMNS)
    numbered = f"(select {columns}, row_number() over () as position from {file.scan})"
    return f"(select * exclude (position), {row_in_file(file, 'position')} as row_in_file from {numbered})"


def _value(file: DataFile, column: str) -> str:
    if column not in file.columns:
        return "cast(null as varchar)"
    read = values.day if column == "operation_date" else values.text
    return read(*file.columns[column])
