"""Opens the PAR extract as two table macros, whatever its files look like (contract 2.1)."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import duckdb

from vardkoer.delivery_files import (
    DATE_TEXT,
    DeliveryError,
    DeliveryFile,
    RefusedDeliveryError,
    masked,
    paths_in,
    read_file,
    scan_files,
)
from vardkoer.unreadable_rows import WRONG_NUMBER_OF_FIELDS, Limit, UnreadableRow, unreadable_rows

CONTACT_COLUMNS = (
    "vardkontakt_id",
    "leverans_nr",
    "inrapporterad",
    "makulerad",
    "personnummer",
    "lkf",
    "sjukhus",
    "mvo",
    "indatum",
    "hdia",
    "op",
)
PROCEDURE_DATES = tuple(f"opd{position}" for position in range(1, 31))
# What the newest-row rule (R1) cannot do without, as a DuckDB expression that is NULL where a value is unreadable.
READABLE = {
    "vardkontakt_id": "nullif(trim({column}), '')",
    "leverans_nr": "if(try_cast({column} as bigint) = try_cast({column} as decimal(38, 9)), 1, null)",
    "inrapporterad": DATE_TEXT,
    "makulerad": "try_cast(coalesce(nullif(trim({column}), ''), 'false') as boolean)",
}
COLUMNS = {
    "sv": (*CONTACT_COLUMNS, "utdatum", *PROCEDURE_DATES),
    "ov": CONTACT_COLUMNS,
}


@dataclasses.dataclass(frozen=True)
class CheckedFile:
    """A file that can be taken in, and its rows that cannot. `name` is the file as others know it (`public_names`)."""

    file: DeliveryFile
    folder: str
    name: str
    unreadable_rows: tuple[UnreadableRow, ...]
    rows_accepted: int


def public_names(paths: list[Path]) -> list[str]:
    """The names of files without what could be an identity number; those that are then the same are numbered."""
    names: list[str] = []
    for path in paths:
        name = masked(path.name)
        same = sum(other == name or other.startswith(f"{name}#") for other in names)
        names.append(f"{name}#{same + 1}" if same else name)
    return names


def check_extract(par_path: Path, limits: list[Limit]) -> list[CheckedFile]:
    """Every file of both folders. Raises RefusedDeliveryError when there is one that cannot be taken in."""
    checked, errors = [], []
    for folder, required in COLUMNS.items():
        try:
            paths = paths_in(par_path / folder, (".parquet", ".csv"))
        except DeliveryError as error:
            errors.append(error)
            continue
        for path, name in zip(paths, public_names(paths), strict=True):
            try:
                file = read_file(path, required)
                unreadable = unreadable_rows(file, READABLE, limits)
            except DeliveryError as error:
                errors.append(error)
                continue
            accepted = _rows_accepted(file) if unreadable else file.rows
            checked.append(CheckedFile(file, folder, f"{folder}/{name}", unreadable, accepted))
    if errors:
        raise RefusedDeliveryError(errors)
    return checked


def _rows_accepted(file: DeliveryFile) -> int:
    """Counted, not subtracted: delivered = accepted + quarantined is a test of the warehouse."""
    with duckdb.connect() as connection:
        return connection.execute(f"select count(*) from {file.scan} where {_is_readable()}").fetchall()[0][0]


def macro_statements(files: list[CheckedFile]) -> list[str]:
    """The SQL that opens an extract: `par_sv()` and `par_ov()` with the rows that can be read, `par_files()` and
    `par_unreadable_rows()` with the account of all rows."""
    statements = [_files_macro(files), _unreadable_rows_macro(files)]
    for folder, required in COLUMNS.items():
        scans = [_select(f"({_no_rows(required)})", folder)]
        for has_unreadable, condition in ((False, "true"), (True, _is_readable())):
            chosen = [
                checked.file
                for checked in files
                if checked.folder == folder and _has_unreadable_values(checked) == has_unreadable
            ]
            scans += [f"{_select(scan, folder)} where {condition}" for scan in scan_files(chosen)]
        body = "\nunion all\n".join(scans)
        statements.append(f"create or replace temporary macro par_{folder}() as table {body}")
    return statements


def opened(checked: CheckedFile) -> str:
    """The query of one file's rows that can be read."""
    return f"{_select(checked.file.scan, checked.folder)} where {_is_readable()}"


def _has_unreadable_values(checked: CheckedFile) -> bool:
    return any(row.fault != WRONG_NUMBER_OF_FIELDS for row in checked.unreadable_rows)


def _is_readable() -> str:
    readable = (expression.format(column=f"cast({column} as varchar)") for column, expression in READABLE.items())
    return " and ".join(f"({expression}) is not null" for expression in readable)


def _files_macro(files: list[CheckedFile]) -> str:
    rows = [f"({_text(checked.name)}, {checked.file.rows}, {checked.rows_accepted})" for checked in files]
    return _values_macro("par_files", ("file_name varchar", "rows_delivered bigint", "rows_accepted bigint"), rows)


def _unreadable_rows_macro(files: list[CheckedFile]) -> str:
    rows = [
        f"({_text(checked.name)}, {unreadable.row}, {_text(unreadable.fault)})"
        for checked in files
        for unreadable in checked.unreadable_rows
    ]
    return _values_macro("par_unreadable_rows", ("file_name varchar", "row_number bigint", "fault varchar"), rows)


def _values_macro(name: str, columns: tuple[str, ...], rows: list[str]) -> str:
    nothing = ", ".join(f"cast(null as {column.split()[1]}) as {column.split()[0]}" for column in columns)
    values = f" union all select * from (values {', '.join(rows)})" if rows else ""
    return f"create or replace temporary macro {name}() as table select {nothing} where false{values}"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _no_rows(columns: tuple[str, ...]) -> str:
    return "select " + ", ".join(f"null as {column}" for column in columns) + " where false"


def _select(relation: str, folder: str) -> str:
    """The columns of the contract as text, the thirty dates as one list."""
    plain = [column for column in COLUMNS[folder] if column not in PROCEDURE_DATES]
    texts = [f"cast({column} as varchar) as {column}" for column in plain]
    if folder == "sv":
        dates = ", ".join(f"cast({column} as varchar)" for column in PROCEDURE_DATES)
        texts.append(f"[{dates}] as procedure_dates")
    else:
        texts += ["cast(null as varchar) as utdatum", "cast(null as varchar[]) as procedure_dates"]
    return f"select {', '.join(texts)} from {relation}"
