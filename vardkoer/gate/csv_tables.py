"""Reads a small CSV file whole: a seed or a region's report. What cannot be a table is refused with its row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vardkoer.gate import csv_files
from vardkoer.gate.csv_files import CsvError
from vardkoer.gate.faults import RefusalError, fault_line

DELIMITERS = {";": "semicolons", ",": "commas", "\t": "tabs"}


@dataclass(frozen=True)
class CsvTable:
    """A header and the rows below it, each with its number in the file: the header is row 1, empty lines count."""

    path: Path
    header: list[str]
    rows: list[tuple[int, list[str]]]


def read_table(path: Path, delimiters: str, remedy: str) -> CsvTable:
    """Read a UTF-8 file, with or without a byte order mark. Raises RefusalError.

    It is separated by the first of `delimiters` that its first line has; `remedy` says how to save it otherwise.
    """
    try:
        if not path.is_file():
            raise CsvError("is not a file", "put the file itself there")
        delimiter = _delimiter(csv_files.check_lines(path), delimiters, remedy)
        (_, header), *rows = _rows(path, delimiter)
    except CsvError as fault:
        raise RefusalError([fault_line(path, fault.fault, fault.remedy, fault.row)]) from None
    except ValueError:
        raise RefusalError([fault_line(path, "the file is empty", "give it at least its header")]) from None
    ragged = [(number, len(fields)) for number, fields in rows if len(fields) != len(header)]
    if ragged:
        remedy = f"correct the row, mind quotes and that fields are separated by '{delimiter}'"
        fault = f"{{}} fields where the header has {len(header)}"
        raise RefusalError([fault_line(path, fault.format(width), remedy, number) for number, width in ragged])
    return CsvTable(path, header, rows)


def _delimiter(header: str, delimiters: str, remedy: str) -> str:
    for delimiter in delimiters:
        if delimiter in header:
            return delimiter
    for delimiter, name in DELIMITERS.items():
        if delimiter in header:
            raise CsvError(f"the fields are separated by {name}", remedy, row=1)
    return delimiters[0]


def _rows(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, with their numbers. Raises CsvError where a value goes over several lines."""
    reader = csv.reader(csv_files.lines(path), delimiter=delimiter, strict=True)
    number = 1
    try:
        for fields in reader:
            if reader.line_num > number:
                raise csv.Error
            if fields:
                yield number, fields
            number = reader.line_num + 1
    except csv.Error:
        raise CsvError("a value does not end on its row, or is too long", "correct the quotes", row=number) from None
