"""Which files an extract has, and how DuckDB opens each: under its own name, whatever characters that has.

A fault is one line with file, row, column, what is the matter and the remedy, and never a value of the file, since that
could be an identity number.
"""

from __future__ import annotations

import dataclasses
import functools
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from vardkoer.gate import csv_files
from vardkoer.gate.faults import RefusalError, fault_line, masked

PARQUET_MAGIC = b"PAR1"
FOLDERS = {"sv": "inpatient", "ov": "outpatient"}
SUFFIXES = (".parquet", ".csv", ".csv.gz")


class DeliveryError(Exception):
    """A file that cannot be taken in."""

    def __init__(self, path: Path, fault: str, remedy: str, row: int | None = None, column: str | None = None):
        """Put place, fault and remedy into one line."""
        super().__init__(fault_line(path, fault, remedy, row, column))


class RefusedDeliveryError(RefusalError):
    """Everything of an extract that cannot be taken in."""


@dataclasses.dataclass(frozen=True)
class DataFile:
    """A file that can be opened.

    `columns` maps each lower-case column name to its name and type in the file; `rows` is how many rows it has, by the
    footer of a Parquet file or by Python's reader of CSV; `ragged_rows` are those with more or fewer fields than the
    header, which DuckDB skips, numbered as in the file (a CSV header is row 1).
    """

    path: Path
    columns: dict[str, tuple[str, str]]
    rows: int
    delimiter: str | None = None
    ragged_rows: tuple[int, ...] = ()

    @property
    def scan(self) -> str:
        """The DuckDB table function that reads the file, CSV values as text. A folder's name is never a column."""
        if self.delimiter is None:
            return f"read_parquet({file_literal(self.path)}, hive_partitioning = false)"
        return csv_files.scan(file_literal(self.path), self.delimiter, skips_rows=bool(self.ragged_rows))

    def as_json(self) -> dict[str, Any]:
        """All but the path, as plain values."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self) if field.name != "path"}

    @classmethod
    def from_json(cls, file: dict[str, Any], path: Path) -> DataFile:
        """The file at a path that was written as plain values."""
        columns = {column: tuple(name_and_type) for column, name_and_type in file["columns"].items()}
        return cls(path, **file | {"columns": columns, "ragged_rows": tuple(file["ragged_rows"])})


@functools.cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def in_memory() -> duckdb.DuckDBPyConnection:
    """A session of an empty database. To open one for every look into a file would take longer than the looks."""
    return _database().cursor()


def text_literal(value: str) -> str:
    """A text as SQL. For a parameter instead DuckDB would import pandas, which takes half a second of every build."""
    return "'" + value.replace("'", "''") + "'"


def file_literal(path: Path) -> str:
    """A path as SQL that means this file and no other: DuckDB takes `[`, `*` and `?` for patterns."""
    return text_literal(re.sub(r"([\[*?])", r"[\1]", str(path.absolute())))


def files_below(par_path: Path) -> tuple[list[tuple[str, Path]], list[str]]:
    """The files to read, each with the kind of care it belongs to, and the names of all others, which are not read.

    Raises RefusedDeliveryError when a folder is not there or cannot be listed.
    """
    faults = [
        DeliveryError(par_path / folder, "the folder does not exist", "create it (it may be empty) or correct the path")
        for folder in FOLDERS
        if not (par_path / folder).is_dir()
    ]
    read, unread, seen = [], [], set()

    def cannot_list(error: OSError) -> None:
        faults.append(
            DeliveryError(Path(error.filename), f"cannot be listed ({error.strerror})", "correct its permissions")
        )

    for place, folders, names in os.walk(par_path, onerror=cannot_list, followlinks=True):
        # a link to a folder above would be followed for ever
        folders[:] = sorted(folder for folder in folders if not _is_known(Path(place, folder), seen))
        care = next(iter(Path(place).relative_to(par_path).parts), "")
        for path in (Path(place, name) for name in sorted(names)):
            if care in FOLDERS and path.name.lower().endswith(SUFFIXES):
                read.append((care, path))
            else:
                unread.append(masked(str(path.relative_to(par_path))))
    if faults:
        raise RefusedDeliveryError([str(fault) for fault in faults])
    return sorted(read), unread


def _is_known(folder: Path, seen: set[tuple[int, int]]) -> bool:
    found = folder.stat()
    key = (found.st_dev, found.st_ino)
    is_known = key in seen
    seen.add(key)
    return is_known


def public_names(paths: Iterable[Path], root: Path) -> list[str]:
    """The names of files below a folder without what could be an identity number; those that are then the same are
    numbered."""
    names: list[str] = []
    for path in paths:
        name = masked(str(path.relative_to(root))).encode(errors="replace").decode()
        same = sum(other == name or other.startswith(f"{name}#") for other in names)
        names.append(f"{name}#{same + 1}" if same else name)
    return names


def version_of(path: Path) -> str:
    """Size and times of a file. The time of change is set by the system whenever a file is written or put in place.
    Raises DeliveryError when there is no file that holds data."""
    try:
        found = path.stat()
    except OSError as error:
        raise DeliveryError(path, f"cannot be read ({error.strerror})", "correct the path or its permissions") from None
    if not path.is_file():
        raise DeliveryError(path, "is not a file that holds data", "put a plain file in its place or take it away")
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"


def open_file(path: Path) -> DataFile:
    """Open one file: readable and of the kind its name says. Raises DeliveryError."""
    start = _start_of(path)
    if path.suffix.lower() == ".parquet":
        return _open_parquet(path, start)
    try:
        found = csv_files.read(path)
    except csv_files.CsvError as fault:
        raise DeliveryError(path, fault.fault, fault.remedy, row=fault.row) from None
    columns = _columns_by_name(path, [(name, "VARCHAR") for name in found.header])
    opened = DataFile(path, columns, found.rows, found.delimiter, found.ragged_rows)
    try:
        ((read,),) = in_memory().execute(f"select count(*) from {opened.scan}").fetchall()
    except duckdb.Error:
        read = None
    if read != found.rows - len(found.ragged_rows):
        raise DeliveryError(path, "rows cannot be told apart", "deliver plain CSV: one row a line, quotes doubled")
    return opened


def open_header(path: Path) -> DataFile:
    """Open one file by its header or footer alone: how many rows a CSV file has is not known. Raises DeliveryError."""
    start = _start_of(path)
    if path.suffix.lower() == ".parquet":
        return _open_parquet(path, start)
    try:
        header, delimiter = csv_files.read_header(path)
    except csv_files.CsvError as fault:
        raise DeliveryError(path, fault.fault, fault.remedy, row=fault.row) from None
    return DataFile(path, _columns_by_name(path, [(name, "VARCHAR") for name in header]), 0, delimiter)


def _start_of(path: Path) -> bytes:
    """The first bytes of a file that DuckDB can open, which say what it is. Raises DeliveryError."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise DeliveryError(Path(repr(str(path))), "the name is not UTF-8", "rename the file") from None
    if "\\" in str(path):
        raise DeliveryError(path, "the name has a backslash, which DuckDB cannot open", "rename the file or folder")
    try:
        with path.open("rb") as stream:
            start = stream.read(4)
    except OSError as error:
        raise DeliveryError(path, f"cannot be read ({error.strerror})", "correct the path or its permissions") from None
    if not start:
        raise DeliveryError(path, "the file is empty", "deliver it again, with at least a header")
    if start == PARQUET_MAGIC and path.suffix.lower() != ".parquet":
        raise DeliveryError(path, "is a Parquet file", "name it .parquet")
    return start


def _open_parquet(path: Path, start: bytes) -> DataFile:
    if start != PARQUET_MAGIC:
        raise DeliveryError(path, "is not a Parquet file", "name it after what it is, or deliver it again")
    literal = file_literal(path)
    try:
        ((rows,),) = in_memory().execute(f"select num_rows from parquet_file_metadata({literal})").fetchall()
        schema = in_memory().execute(f"select name, num_children from parquet_schema({literal})").fetchall()
        columns = in_memory().execute(f"describe from read_parquet({literal}, hive_partitioning = false)").fetchall()
    except (duckdb.Error, ValueError):
        raise DeliveryError(path, "the Parquet file is damaged or cut off", "deliver the whole file again") from None
    # DuckDB would give the second column of a name another name: the file itself tells.
    _columns_by_name(path, [(name, "") for name in _top_level(schema)])
    return DataFile(path, _columns_by_name(path, [(column[0], column[1]) for column in columns]), rows)


def _top_level(schema: list[tuple[str, int | None]]) -> list[str]:
    """The names of the columns in a Parquet schema, which lists the parts of a nested column after it."""
    names, parts = [], 0
    for name, children in schema[1:]:
        if parts:
            parts += (children or 0) - 1
        else:
            names.append(name)
            parts = children or 0
    return names


def _columns_by_name(path: Path, columns: list[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    by_name: dict[str, tuple[str, str]] = {}
    for name, kind in columns:
        key = name.strip().lower()
        if key in by_name:
            raise DeliveryError(path, "column occurs twice", "deliver each column once", column=key)
        by_name[key] = (name, kind)
    return by_name
