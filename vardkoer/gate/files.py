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

from vardkoer.gate import csv_files, values
from vardkoer.gate.faults import RefusalError, fault_line, masked, on_one_line

PARQUET_MAGIC = b"PAR1"
FOLDERS = {"sv": "inpatient", "ov": "outpatient"}
SUFFIXES = (".parquet", ".csv", ".csv.gz")
# Of an extract, whose layout may allow it.
TEXT_SUFFIXES = (".txt", ".txt.gz")
CONTRACT = "contract"
# Before the name of a column in another layout than the contract's, which stands beside the file's own.
MAPPED = "/"


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

    `columns` maps each lower-case column name to the name and type by which it is read; `width` is how many columns the
    file has; `rows` is how many rows it has, by the footer of a Parquet file or by Python's reader of CSV;
    `ragged_rows` are those with more or fewer fields than the header, which DuckDB skips, numbered as in the file (a
    CSV header is row 1).

    In another layout than the contract's, `mapping` gives the expression of each column above in the file's own
    columns, `residence` those of these that say where a patient lives, `search` the condition that a row may have a
    listed code where several columns have them, and `certain` are columns that no row can have unreadable. `statuses`
    says of every fact whether the file reports it (`layouts.py`). Of a file that is only looked at (`look.py`) no more
    than `most_rows` are read.
    """

    path: Path
    columns: dict[str, tuple[str, str]]
    width: int
    rows: int
    delimiter: str | None = None
    ragged_rows: tuple[int, ...] = ()
    encoding: str = "utf-8"
    layout_id: str = CONTRACT
    mapping: dict[str, str] = dataclasses.field(default_factory=dict)
    residence: tuple[str, ...] = ()
    search: str | None = None
    certain: tuple[str, ...] = ()
    statuses: dict[str, str] = dataclasses.field(default_factory=dict)
    most_rows: int | None = None

    @property
    def scan(self) -> str:
        """What DuckDB reads the file by, CSV values as text. A folder's name is never a column."""
        if self.delimiter is None:
            table = f"read_parquet({file_literal(self.path)}, hive_partitioning = false)"
        else:
            literal, skips_rows = file_literal(self.path), bool(self.ragged_rows) or self.most_rows is not None
            table = csv_files.scan(self.path, literal, (self.delimiter, self.encoding), self.width, skips_rows)
        if self.most_rows is not None:
            table = f"(from {table} limit {self.most_rows})"
        if not self.mapping:
            return table
        mapped = ", ".join(f'{expression} as "{MAPPED}{column}"' for column, expression in self.mapping.items())
        return f"(select *, {mapped} from {table})"

    def expression(self, column: str) -> str:
        """A column of the contract in the file's own columns."""
        return self.mapping.get(column) or values.quoted(self.columns[column][0])

    def reduced_to(self, columns: Iterable[str]) -> DataFile:
        """The file without what is known of other columns than these."""
        return dataclasses.replace(self, columns={name: self.columns[name] for name in columns if name in self.columns})

    def as_json(self) -> dict[str, Any]:
        """All but the path, as plain values."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self) if field.name != "path"}

    @classmethod
    def from_json(cls, file: dict[str, Any], path: Path) -> DataFile:
        """The file at a path that was written as plain values."""
        columns = {column: tuple(name_and_type) for column, name_and_type in file["columns"].items()}
        lists = {name: tuple(file[name]) for name in ("ragged_rows", "residence", "certain")}
        return cls(path, **file | {"columns": columns} | lists)


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
    read, unread, followed = [], [], set()

    def cannot_list(error: OSError) -> None:
        faults.append(
            DeliveryError(Path(error.filename), f"cannot be listed ({error.strerror})", "correct its permissions")
        )

    for place, folders, names in os.walk(par_path, onerror=cannot_list, followlinks=True):
        read_elsewhere = [folder for folder in folders if _is_read_elsewhere(Path(place, folder), par_path, followed)]
        folders[:] = sorted(set(folders) - set(read_elsewhere))
        care = next(iter(Path(place).relative_to(par_path).parts), "")
        for path in (Path(place, name) for name in sorted(names + read_elsewhere)):
            if care in FOLDERS and path.name.lower().endswith(SUFFIXES + TEXT_SUFFIXES) and not _is_prose(path):
                read.append((care, path))
            else:
                unread.append(on_one_line(masked(str(path.relative_to(par_path)))))
    if faults:
        raise RefusedDeliveryError([str(fault) for fault in faults])
    return sorted(read), unread


def _is_prose(path: Path) -> bool:
    """True for a .txt whose first line has no columns: a note, and no data."""
    if not path.name.lower().endswith(TEXT_SUFFIXES):
        return False
    try:
        header, _ = csv_files.read_header(path)
    except csv_files.CsvError:
        return False
    return len(header) <= 1


def _is_read_elsewhere(folder: Path, par_path: Path, followed: set[Path]) -> bool:
    """True for a link to a folder that is read without it, which could be followed for ever."""
    if not folder.is_symlink():
        return False
    target, root = folder.resolve(), par_path.resolve()
    places = (target, *target.parents)
    if target in followed or target in (root, *root.parents) or any(root / care in places for care in FOLDERS):
        return True
    followed.add(target)
    return False


def public_names(paths: Iterable[Path], root: Path) -> list[str]:
    """The names of files below a folder without what could be an identity number; those that are then the same are
    numbered."""
    names: list[str] = []
    for path in paths:
        name = on_one_line(masked(str(path.relative_to(root))))
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


def open_file(path: Path, form: csv_files.Form = csv_files.CONTRACT, most_rows: int | None = None) -> DataFile:
    """Open one file: readable and of the kind its name says, a text in one of the forms. Raises DeliveryError.

    With `most_rows` only the first of them are read, and of a text only they are counted.
    """
    start = _start_of(path)
    if _is_called_parquet(path):
        return dataclasses.replace(_open_parquet(path, start), most_rows=most_rows)
    try:
        found = csv_files.read(path, form, most_rows and most_rows + csv_files.HEADER_ROW)
    except csv_files.CsvError as fault:
        raise DeliveryError(path, fault.fault, fault.remedy, row=fault.row) from None
    columns = _csv_columns(path, found.header)
    rows_read = found.rows - len(found.ragged_rows)
    opened = DataFile(
        path,
        columns,
        len(columns),
        found.rows,
        found.delimiter,
        found.ragged_rows,
        encoding=found.encoding,
        most_rows=rows_read if most_rows else None,
    )
    try:
        ((read,),) = in_memory().execute(f"select count(*) from {opened.scan}").fetchall()
    except duckdb.Error:
        read = None
    if read != rows_read:
        raise DeliveryError(path, "rows cannot be told apart", "deliver plain CSV: one row a line, quotes doubled")
    return opened


def open_header(path: Path) -> DataFile:
    """Open one file by its header or footer alone: how many rows a CSV file has is not known. Raises DeliveryError."""
    start = _start_of(path)
    if _is_called_parquet(path):
        return _open_parquet(path, start)
    try:
        header, delimiter = csv_files.read_header(path)
    except csv_files.CsvError as fault:
        raise DeliveryError(path, fault.fault, fault.remedy, row=fault.row) from None
    return DataFile(path, _csv_columns(path, header), len(header), 0, delimiter)


def _csv_columns(path: Path, header: list[str]) -> dict[str, tuple[str, str]]:
    places = csv_files.column_names(len(header))
    return {column: (places[number], "VARCHAR") for number, column in enumerate(_columns_by_name(path, header))}


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
    if start == PARQUET_MAGIC and not _is_called_parquet(path):
        raise DeliveryError(path, "is a Parquet file", "name it .parquet")
    return start


def _is_called_parquet(path: Path) -> bool:
    return path.name.lower().endswith(".parquet")


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
    # DuckDB gives the second column of a name another name: the file itself tells.
    names = _columns_by_name(path, _top_level(schema))
    read = [(column[0], column[1]) for column in columns]
    return DataFile(path, dict(zip(names, read, strict=True)), len(read), rows)


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


def _columns_by_name(path: Path, columns: list[str]) -> list[str]:
    """The names in lower case, each there once. Raises DeliveryError."""
    names: list[str] = []
    for column in columns:
        # the first date is opd1, also where it is written opd01, and the first code op1
        name = re.sub("^(opd?)0+([1-9])", r"\1\2", column.strip().lower())
        if name in names:
            # a file without a header has data there
            raise DeliveryError(
                path, "column occurs twice", "deliver each column once", column=on_one_line(masked(name))
            )
        names.append(name)
    return names
