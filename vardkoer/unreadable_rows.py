"""Rows that no rule can be applied to: how many a file may have before it is refused, and where they are.

Their values are neither kept nor shown, since one of them could be an identity number.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

from vardkoer.delivery_files import HEADER_ROW, DeliveryError, DeliveryFile, in_memory
from vardkoer.seed_files import read_rows
from vardkoer.session_macros import text_literal

TYPES_WITHOUT_UNREADABLE_VALUES = {"BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT"}
WRONG_NUMBER_OF_FIELDS = "wrong_number_of_fields"


@dataclasses.dataclass(frozen=True)
class Limit:
    """A row of the seed `quarantine_limits`."""

    fault: str
    column: str | None
    max_percent: float
    remedy: str


@dataclasses.dataclass(frozen=True)
class UnreadableRow:
    """Where a row is, as numbered in its file, and the first fault found in it."""

    row: int
    fault: str


def read_limits(seeds: Path) -> list[Limit]:
    """The limits, in the order of the seed."""
    return [
        Limit(row["fault"], row["column_name"] or None, float(row["max_percent"]), row["remedy_en"])
        for row in read_rows(seeds / "deliveries" / "quarantine_limits.csv")
    ]


def unreadable_rows(file: DeliveryFile, readable: dict[str, str], limits: list[Limit]) -> tuple[UnreadableRow, ...]:
    """The rows of a file that cannot be read, each once.

    `readable` has for each column a DuckDB expression that is NULL where a value cannot be read. Raises DeliveryError
    when a fault has more rows than its limit, which is 0 where none is given.
    """
    found: dict[int, str] = {}
    given = {limit.column: limit for limit in limits}
    for column in (None, *readable):
        limit = given.get(column) or Limit("unreadable", column, 0, "correct it, or deliver the file without the row")
        rows = list(file.ragged_rows) if column is None else _rows_where_unreadable(file, column, readable[column])
        if 100 * len(rows) > limit.max_percent * file.rows:
            raise DeliveryError(
                file.path, _fault(file, limit, len(rows)), limit.remedy, row=min(rows), column=limit.column
            )
        for row in rows:
            found.setdefault(row, limit.fault)
    return tuple(UnreadableRow(row, fault) for row, fault in sorted(found.items()))


def _fault(file: DeliveryFile, limit: Limit, rows: int) -> str:
    fault = "missing or unreadable value" if limit.column else f"not the {len(file.columns)} fields of the header"
    return f"{fault}, in {rows} of {file.rows} rows where {limit.max_percent:g} percent may go to quarantine"


def _rows_where_unreadable(file: DeliveryFile, column: str, expression: str) -> list[int]:
    name, kind = file.columns[column]
    if file.delimiter is None and _statistics_tell_that_all_is_readable(file, name, kind):
        return []
    value = expression.format(column=f'cast("{name}" as varchar)')
    rows = (
        in_memory()
        .execute(
            f"select n from (select row_number() over () as n, {value} as value from {file.scan}) where value is null"
        )
        .fetchall()
    )
    return _numbered_as_in_the_file(file, [row for (row,) in rows])


def _numbered_as_in_the_file(file: DeliveryFile, rows: list[int]) -> list[int]:
    """DuckDB counts neither the header nor the ragged rows."""
    if file.delimiter is None:
        return rows
    numbered = []
    for row in rows:
        number = row + HEADER_ROW
        for ragged in file.ragged_rows:
            number += ragged <= number
        numbered.append(number)
    return numbered


def _statistics_tell_that_all_is_readable(file: DeliveryFile, name: str, kind: str) -> bool:
    """True when a Parquet file's own statistics make a look at its values needless: no NULL, and a type that reads
    itself, dates with years of four digits, or contact ids of which not even the smallest begins with a blank."""
    groups = (
        in_memory()
        .execute(f"""
            select stats_null_count, stats_min_value, stats_max_value
            from parquet_metadata({text_literal(str(file.path))})
            where path_in_schema = {text_literal(name)}
        """)
        .fetchall()
    )
    if not all(nulls == 0 and least and most for nulls, least, most in groups):
        return False
    if kind == "DATE":
        return all(len(least) == len(most) == len("YYYY-MM-DD") for _, least, most in groups)
    if name.lower() == "vardkontakt_id":
        return all(least > "!" for _, least, _ in groups)
    return kind in TYPES_WITHOUT_UNREADABLE_VALUES
