"""CSV files of an extract: what kind each is, and how many rows it has, told by Python's reader and not by DuckDB's."""

from __future__ import annotations

import csv
import dataclasses
import gzip
import itertools
import re
import shlex
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from vardkoer.gate.faults import masked, on_one_line

# A header is row 1 of its file.
HEADER_ROW = 1
BLOCK = 1_000_000
DELIMITERS = {"semicolon": ";", "comma": ",", "tab": "\t", "pipe": "|"}
NAMES = {"utf-8": "UTF-8", "windows-1252": "windows-1252", "latin-1": "latin-1"}
# What a decoder calls UTF-8 that may begin with a byte order mark.
WITH_MARK = {"utf-8": "utf-8-sig"}


class CsvError(Exception):
    """Why a file is not the CSV that the contract asks for, and what to do."""

    def __init__(self, fault: str, remedy: str, row: int | None = None):
        """Keep the parts of the message apart: the caller knows the file."""
        super().__init__(fault)
        self.fault, self.remedy, self.row = fault, remedy, row


class UnreadableError(CsvError):
    """A file that is not in the encoding that it was taken for."""


@dataclasses.dataclass(frozen=True)
class Form:
    """How a text may be written: between its columns one of `delimiters`, in the first of `encodings` that it is of."""

    delimiters: tuple[str, ...]
    encodings: tuple[str, ...]


CONTRACT = Form((";", ","), ("utf-8",))
ANY = Form(tuple(DELIMITERS.values()), ("utf-8", "windows-1252"))


@dataclasses.dataclass(frozen=True)
class CsvFile:
    """Header, delimiter, encoding and rows of a file; `ragged_rows` have more or fewer fields than the header."""

    header: list[str]
    delimiter: str
    encoding: str
    rows: int
    ragged_rows: tuple[int, ...]


def column_names(width: int) -> list[str]:
    """What the columns are called when the file is read: by their places, since a header may say anything."""
    return [f"column{number}" for number in range(1, width + 1)]


def scan(path: Path, literal: str, text: tuple[str, str], width: int, skips_rows: bool) -> str:
    """The DuckDB table function that reads a text of a delimiter and an encoding. Rows are skipped only where ragged
    ones were found.

    Nothing is left to be guessed by DuckDB, which looks at the first rows of a file and at how its name ends.
    """
    delimiter, encoding = text
    # what it calls latin-1 is all of windows-1252 that `check_lines` lets through
    encoded = "" if encoding == "utf-8" else "encoding = 'latin-1', "
    columns = ", ".join(f"{name}: 'varchar'" for name in column_names(width))
    compression = "gzip" if _is_packed(path) else "none"
    return (
        f"read_csv({literal}, auto_detect = false, columns = {{{columns}}}, header = true, delim = '{delimiter}', "
        f"quote = '\"', escape = '\"', compression = '{compression}', {encoded}null_padding = false, "
        f"strict_mode = true, hive_partitioning = false, ignore_errors = {str(skips_rows).lower()})"
    )


def read(path: Path, form: Form = CONTRACT, most_lines: int | None = None) -> CsvFile:
    """Look at every line and every row of a file, or at the first lines alone. Raises CsvError."""
    for encoding in form.encodings:
        try:
            first_line = check_lines(path, encoding, most_lines)
            break
        except UnreadableError:
            if encoding == form.encodings[-1]:
                raise
    header, delimiter = _columns_of(first_line)
    if len(header) > 1 and delimiter not in form.delimiters:
        name = next(name for name, sign in DELIMITERS.items() if sign == delimiter)
        remedy = f"save it with {' or '.join(form.delimiters)} between the columns"
        raise CsvError(f"columns are separated by {name}s", remedy, row=HEADER_ROW)
    rows, ragged_rows = _count_rows(lines(path, encoding, most_lines), delimiter, len(header))
    return CsvFile(header, delimiter, encoding, rows, tuple(ragged_rows))


def read_header(path: Path) -> tuple[list[str], str]:
    """The columns and the delimiter, by the first line alone, whatever its encoding. Raises CsvError."""
    try:
        first_line = next(lines(path), "")
    except UnreadableError:
        first_line = next(lines(path, "latin-1"), "")
    return _columns_of(re.split("[\r\n]", first_line)[0])


def _columns_of(header: str) -> tuple[list[str], str]:
    """The names, and the sign between them: a semicolon where there is one, or else what there is most of."""
    delimiter = ";" if ";" in header else max((",", "\t", "|"), key=header.count)
    return next(csv.reader([header], delimiter=delimiter), []), delimiter


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if _is_packed(path) else path.open("rb")  # type: ignore[return-value]


def _is_packed(path: Path) -> bool:
    return path.name.lower().endswith(".gz")


def check_lines(path: Path, encoding: str = "utf-8", most_lines: int | None = None) -> str:
    """The header, when every line is plain text and all lines end alike."""
    header, first_end = "", ""
    for number, line in enumerate(lines(path, encoding, most_lines), start=1):
        if "\0" in line:
            raise CsvError("NUL character", "deliver a plain text file", row=number)
        end = "\r\n" if line.endswith("\r\n") else "\n" if line.endswith("\n") else ""
        if "\r" in line[: len(line) - len(end)]:
            raise CsvError("lines end with a lone carriage return", "save it with LF or CRLF", row=number)
        if number == HEADER_ROW:
            header, first_end = line[: len(line) - len(end)], end
            if header.strip().lower().startswith("sep="):
                raise CsvError("begins with Excel's line sep= and no header", "remove the line", row=number)
        if encoding != "utf-8" and max(line) > "\xff":
            # DuckDB reads latin-1, which has no such letters
            raise CsvError(
                "has a sign of windows-1252 that latin-1 has not, such as † or €",
                _as_utf8(path),
                row=number,
            )
        if number != HEADER_ROW and end not in ("", first_end):
            raise CsvError(
                "the line ends with another of LF and CRLF than the header", "save the whole file with one", row=number
            )
    return header


def lines(path: Path, encoding: str = "utf-8", most_lines: int | None = None) -> Iterator[str]:
    """The lines of a file with their ends, without a byte order mark. Raises CsvError."""
    try:
        with _open(path) as stream:
            for number, line in enumerate(itertools.islice(stream, most_lines), start=1):
                if number == HEADER_ROW and line[:2] in (b"\xff\xfe", b"\xfe\xff"):
                    raise CsvError("is encoded in UTF-16", _as_utf8(path), row=HEADER_ROW)
                yield line.decode(WITH_MARK.get(encoding, encoding) if number == HEADER_ROW else encoding)
    except UnicodeDecodeError as error:
        fault = f"is not {NAMES[encoding]} (byte {error.start + 1} of the line)"
        raise UnreadableError(fault, _as_utf8(path), row=number) from None
    except (OSError, EOFError, zlib.error):
        raise CsvError("cannot be unpacked or read to its end", "deliver the whole file again") from None


def _as_utf8(path: Path) -> str:
    """What to do with a text that is not read as it lies."""
    file, folder = (shlex.quote(on_one_line(masked(str(place)))) for place in (path, path.parent))
    return f"save it as UTF-8, or type python -m vardkoer convert {file} {folder} and take this file away"


def count_lines(path: Path) -> int:
    """How many lines a file has, whatever they hold. Raises CsvError."""
    count, last = 0, b"\n"
    try:
        with _open(path) as stream:
            while block := stream.read(BLOCK):
                count, last = count + block.count(b"\n"), block[-1:]
    except (OSError, EOFError, zlib.error):
        raise CsvError("cannot be unpacked or read to its end", "deliver the whole file again") from None
    return count + (last != b"\n")


def _count_rows(of_file: Iterator[str], delimiter: str, width: int) -> tuple[int, list[int]]:
    """How many rows there are below the header, and which of them have not as many fields as it."""
    rows, ragged_rows = 0, []
    reader = csv.reader(of_file, delimiter=delimiter, strict=True)
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
