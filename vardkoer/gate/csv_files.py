"""CSV files of an extract: what kind each is, and how many rows it has, told by Python's reader and not by DuckDB's."""

from __future__ import annotations

import csv
import dataclasses
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

# A header is row 1 of its file.
HEADER_ROW = 1


class CsvError(Exception):
    """Why a file is not the CSV that the contract asks for, and what to do."""

    def __init__(self, fault: str, remedy: str, row: int | None = None):
        """Keep the parts of the message apart: the caller knows the file."""
        super().__init__(fault)
        self.fault, self.remedy, self.row = fault, remedy, row


@dataclasses.dataclass(frozen=True)
class CsvFile:
    """Header, delimiter and rows of a file; `ragged_rows` have more or fewer fields than the header."""

    header: list[str]
    delimiter: str
    rows: int
    ragged_rows: tuple[int, ...]


def column_names(width: int) -> list[str]:
    """What the columns are called when the file is read: by their places, since a header may say anything."""
    return [f"column{number}" for number in range(1, width + 1)]


def scan(path: Path, literal: str, delimiter: str, width: int, skips_rows: bool) -> str:
    """The DuckDB table function that reads a file as text. Rows are skipped only where ragged ones were found.

    Nothing is left to be guessed by DuckDB, which looks at the first rows of a file and at how its name ends.
    """
    columns = ", ".join(f"{name}: 'varchar'" for name in column_names(width))
    compression = "gzip" if _is_packed(path) else "none"
    return (
        f"read_csv({literal}, auto_detect = false, columns = {{{columns}}}, header = true, delim = '{delimiter}', "
        f"quote = '\"', escape = '\"', compression = '{compression}', null_padding = false, strict_mode = true, "
        f"hive_partitioning = false, ignore_errors = {str(skips_rows).lower()})"
    )


def read(path: Path) -> CsvFile:
    """Look at every line and every row of a file. Raises CsvError."""
    header, delimiter = _columns_of(check_lines(path))
    rows, ragged_rows = _count_rows(path, delimiter, len(header))
    return CsvFile(header, delimiter, rows, tuple(ragged_rows))


def read_header(path: Path) -> tuple[list[str], str]:
    """The columns and the delimiter, by the first line alone. Raises CsvError."""
    return _columns_of(next(lines(path), "").rstrip("\r\n"))


def _columns_of(header: str) -> tuple[list[str], str]:
    if "\t" in header and ";" not in header and "," not in header:
        raise CsvError("columns are separated by tabs", "save it with ; or , between the columns", row=HEADER_ROW)
    delimiter = ";" if ";" in header else ","
    return next(csv.reader([header], delimiter=delimiter), []), delimiter


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if _is_packed(path) else path.open("rb")  # type: ignore[return-value]


def _is_packed(path: Path) -> bool:
    return path.name.lower().endswith(".gz")


def check_lines(path: Path) -> str:
    """The header, when every line is plain UTF-8 text and all lines end alike."""
    header, first_end = "", ""
    for number, line in enumerate(lines(path), start=1):
        if "\0" in line:
            raise CsvError("NUL character", "deliver a plain text file", row=number)
        end = "\r\n" if line.endswith("\r\n") else "\n" if line.endswith("\n") else ""
        if "\r" in line[: len(line) - len(end)]:
            raise CsvError("lines end with a lone carriage return", "save it with LF or CRLF", row=number)
        if number == HEADER_ROW:
            header, first_end = line[: len(line) - len(end)], end
            if header.strip().lower().startswith("sep="):
                raise CsvError("begins with Excel's line sep= and no header", "remove the line", row=number)
        elif end not in ("", first_end):
            raise CsvError(
                "the line ends with another of LF and CRLF than the header", "save the whole file with one", row=number
            )
    return header


def lines(path: Path) -> Iterator[str]:
    """The lines of a file with their ends, without a byte order mark. Raises CsvError."""
    try:
        with _open(path) as stream:
            for number, line in enumerate(stream, start=1):
                if number == HEADER_ROW and line[:2] in (b"\xff\xfe", b"\xfe\xff"):
                    raise CsvError("is encoded in UTF-16", "save it as UTF-8", row=HEADER_ROW)
                yield line.decode("utf-8-sig" if number == HEADER_ROW else "utf-8")
    except UnicodeDecodeError as error:
        raise CsvError(f"is not UTF-8 (byte {error.start + 1} of the line)", "save it as UTF-8", row=number) from None
    except (OSError, EOFError, zlib.error):
        raise CsvError("cannot be unpacked or read to its end", "deliver the whole file again") from None


def _count_rows(path: Path, delimiter: str, width: int) -> tuple[int, list[int]]:
    """How many rows there are below the header, and which of them have not as many fields as it."""
    rows, ragged_rows = 0, []
    reader = csv.reader(lines(path), delimiter=delimiter, strict=True)
    try:
        next(reader, None)
        for fields in reader:
            if not fields:
                continue
            rows += 1
            if len(fields) != width:
                ragged_rows.append(rows + HEADER_ROW)
    except csv.Error:
        raise CsvError(
            "quotes do not match, or a field is too long",
            "correct the quotes of this or an earlier row",
            row=reader.line_num,
        ) from None
    return rows, ragged_rows
