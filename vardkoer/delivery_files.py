"""The gate: which files a folder delivers, and whether each is what the contract says (sections 2.1 and 2.2).

A fault stops the build before anything is written. Its message is one line with file, row, column, fault and
remedy, and never a value of the file, since that could be an identity number.
"""

from __future__ import annotations

import csv
import dataclasses
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

from vardkoer.session_macros import text_literal

PARQUET_MAGIC = b"PAR1"
# The same dates as macros/parse_date.sql.
DATE_TEXT = (
    "try_strptime(regexp_extract({column}, '^\\s*([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|[0-9]{{8}})([ T].*)?$', 1), "
    "['%Y-%m-%d', '%Y%m%d'])"
)
# A CSV header is row 1 of its file.
HEADER_ROW = 1
NUMBERS = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "FLOAT",
    "DOUBLE",
    "DECIMAL",
)
SHOWN_FAULTS = 20


def masked(name: str) -> str:
    """A name without what could be an identity number (macros/mask_identity.sql does the same for values)."""
    return re.sub(r"[0-9]{6}([0-9]{2})?[-+]?[0-9]{4}", "*", name)


class DeliveryError(Exception):
    """A file that cannot be taken in."""

    def __init__(self, path: Path, fault: str, remedy: str, row: int | None = None, column: str | None = None):
        """Put place, fault and remedy into one line."""
        place = [f"file={masked(str(path))}"]
        if row is not None:
            place.append(f"row={row}")
        if column is not None:
            place.append(f"column={column}")
        super().__init__(f"{' '.join(place)}: {fault}; {remedy}")


class RefusedDeliveryError(Exception):
    """Everything that cannot be taken in, one line each, so that a provider can correct all of it at once."""

    def __init__(self, errors: list[DeliveryError]):
        """Put the first lines one below the other."""
        lines = [str(error) for error in errors[:SHOWN_FAULTS]]
        more = len(errors) - SHOWN_FAULTS
        super().__init__("\n".join(lines + ([f"and {more} more files that cannot be taken in"] if more > 0 else [])))


@dataclasses.dataclass(frozen=True)
class DeliveryFile:
    """One readable file.

    `columns` maps each lower-case column name to its name and type in the file; `rows` is how many rows it has;
    `ragged_rows` are those with more or fewer fields than the header, which DuckDB skips, numbered as in the file (a
    CSV header is row 1).
    """

    path: Path
    columns: dict[str, tuple[str, str]]
    rows: int
    delimiter: str | None = None
    ragged_rows: tuple[int, ...] = ()

    @property
    def scan(self) -> str:
        """The DuckDB table function that reads the file, CSV values as text."""
        return scan_files([self])[0]


@functools.cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def in_memory() -> duckdb.DuckDBPyConnection:
    """A session of an empty database. To open one for every look into a file would take longer than the looks."""
    return _database().cursor()


def scan_files(files: list[DeliveryFile]) -> list[str]:
    """As few table functions as will read the files, values of CSV as text.

    One for the Parquet files of the same types, which DuckDB would otherwise cast to those of the first; one for the
    CSV files of each delimiter, and one more for those with ragged rows, since nothing may be skipped elsewhere.
    """
    groups: dict[tuple[str | None, bool, tuple[tuple[str, str], ...]], list[str]] = {}
    for file in files:
        name = text_literal(str(file.path.resolve()))
        types = tuple(sorted((column, kind) for column, (_, kind) in file.columns.items()))
        key = (file.delimiter, bool(file.ragged_rows), types if file.delimiter is None else ())
        groups.setdefault(key, []).append(name)
    scans = []
    for (delimiter, has_ragged_rows, _), names in groups.items():
        listed = f"[{', '.join(names)}]"
        if delimiter is None:
            scans.append(f"read_parquet({listed}, union_by_name = true)")
        else:
            scans.append(
                f"read_csv({listed}, union_by_name = true, delim = '{delimiter}', "
                "quote = '\"', escape = '\"', "
                "header = true, all_varchar = true, null_padding = false, strict_mode = true, "
                f"auto_detect = true, ignore_errors = {str(has_ragged_rows).lower()})"
            )
    return scans


def paths_in(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """The files that a folder delivers, in the order of their names. Raises DeliveryError when there is no folder."""
    if not folder.is_dir():
        raise DeliveryError(folder, "the folder does not exist", "create it (it may be empty) or correct the path")
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in suffixes)


def read_file(path: Path, required: tuple[str, ...]) -> DeliveryFile:
    """Check one file: readable, of the kind its name says, with every required column once. Raises DeliveryError."""
    try:
        with path.open("rb") as stream:
            start = stream.read(4)
    except OSError as error:
        raise DeliveryError(path, f"cannot be read ({error.strerror})", "correct the path or its permissions") from None
    if not start:
        raise DeliveryError(path, "the file is empty", "deliver it again, with at least a header")
    opened = _open_parquet(path, start) if path.suffix.lower() == ".parquet" else _open_csv(path, start)
    missing = [name for name in required if name not in opened.columns]
    if missing:
        raise DeliveryError(
            path, "column missing", "deliver the file with every column of the contract", column=", ".join(missing)
        )
    nested = [name for name in required if "[" in opened.columns[name][1] or "(" in opened.columns[name][1]]
    nested = [name for name in nested if not opened.columns[name][1].startswith("DECIMAL")]
    if nested:
        raise DeliveryError(
            path, "column is a list or a structure", "deliver one plain value per row", column=", ".join(nested)
        )
    _refuse_types(opened, required)
    return opened


def _refuse_types(file: DeliveryFile, required: tuple[str, ...]) -> None:
    """Types that have lost something on the way: the zero before a county, the day in Sweden."""
    for column in required:
        name, kind = file.columns[column]
        if column == "lkf" and kind.startswith(NUMBERS) and _has_values(file, name):
            raise DeliveryError(
                file.path, "is not text, so that leading zeros are lost", "deliver it as text", column=column
            )
        if kind == "TIMESTAMP WITH TIME ZONE":
            raise DeliveryError(
                file.path, "is a moment whose day depends on the time zone", "deliver it as a date", column=column
            )


def _has_values(file: DeliveryFile, name: str) -> bool:
    """A column without any has a type that says nothing."""
    return in_memory().execute(f'select count("{name}") > 0 from {file.scan}').fetchall()[0][0]


def _open_parquet(path: Path, start: bytes) -> DeliveryFile:
    if start != PARQUET_MAGIC:
        raise DeliveryError(path, "is not a Parquet file", "name it after what it is, or deliver it again")
    rows_of = f"from read_parquet({text_literal(str(path))})"
    try:
        columns = in_memory().execute(f"describe select * {rows_of}").fetchall()
        (rows,) = in_memory().execute(f"select count(*) {rows_of}").fetchone() or (0,)
    except duckdb.Error:
        raise DeliveryError(path, "the Parquet file is damaged or cut off", "deliver the whole file again") from None
    return DeliveryFile(path, _columns_by_name(path, [(column[0], column[1]) for column in columns]), rows)


def _open_csv(path: Path, start: bytes) -> DeliveryFile:
    if start == PARQUET_MAGIC:
        raise DeliveryError(path, "is a Parquet file", "name it .parquet")
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DeliveryError(path, "is encoded in UTF-16", "save it as UTF-8")
    header: list[str] = []
    delimiter = ","
    for number, line in enumerate(_lines_of_text(path), start=1):
        if "\0" in line:
            raise DeliveryError(path, "NUL character", "deliver a plain text file", row=number)
        if number == 1:
            delimiter = ";" if ";" in line else ","
            if "\r" in line.rstrip("\r\n"):
                raise DeliveryError(path, "lines end with a lone carriage return", "save it with LF or CRLF", row=1)
            header = next(csv.reader([line], delimiter=delimiter), [])
    rows, ragged_rows = _count_csv_rows(path, delimiter, len(header))
    columns = _columns_by_name(path, [(name, "VARCHAR") for name in header])
    opened = DeliveryFile(path, columns, rows, delimiter, ragged_rows)
    try:
        read = in_memory().execute(f"select count(*) from {opened.scan}").fetchone()
    except duckdb.Error:
        read = None
    if read != (rows - len(ragged_rows),):
        raise DeliveryError(path, "rows cannot be told apart", "deliver plain CSV: one row a line, quotes doubled")
    return opened


def _lines_of_text(path: Path) -> Iterator[str]:
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                yield line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise DeliveryError(
                    path, f"is not UTF-8 (byte {error.start + 1} of the line)", "save it as UTF-8", row=number
                ) from None


def _count_csv_rows(path: Path, delimiter: str, width: int) -> tuple[int, tuple[int, ...]]:
    """How many rows there are below the header, and which of them have not as many fields as it."""
    rows, ragged_rows = 0, []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        try:
            next(reader, None)
            for fields in reader:
                if not fields:
                    continue
                rows += 1
                if len(fields) != width:
                    ragged_rows.append(rows + HEADER_ROW)
        except csv.Error:
            raise DeliveryError(
                path,
                "quotes do not match, or a field is too long",
                "correct the quotes of this or an earlier row",
                row=reader.line_num,
            ) from None
    return rows, tuple(ragged_rows)


def _columns_by_name(path: Path, columns: list[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    by_name: dict[str, tuple[str, str]] = {}
    for name, kind in columns:
        key = name.strip().lower()
        if key in by_name:
            raise DeliveryError(path, "column occurs twice", "deliver each column once", column=key)
        by_name[key] = (name, kind)
    return by_name
