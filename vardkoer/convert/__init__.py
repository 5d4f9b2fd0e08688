"""Files that the gate cannot read as they lie, a piece at a time: `python -m vardkoer convert FILE FOLDER`.

Files of SAS, Stata and SPSS become Parquet, every value a text; that needs the extra `convert` (pyreadstat). A text in
another encoding becomes UTF-8 (`text.py`). What they hold lies on the disk once more.
"""

from __future__ import annotations

import os
import sys
import zlib
from pathlib import Path
from typing import Any

import duckdb

from vardkoer.convert import text
from vardkoer.gate.faults import fault_line, masked, on_one_line
from vardkoer.gate.files import text_literal
from vardkoer.gate.values import quoted

REFUSED, ENVIRONMENT = 3, 5
READERS = {".sas7bdat": "read_sas7bdat", ".dta": "read_dta", ".sav": "read_sav"}
TEXTS = (".csv", ".txt", ".csv.gz", ".txt.gz")
# So many rows are in memory at a time.
ROWS_AT_A_TIME = 100_000


def convert(source: Path, folder: Path, rows_at_a_time: int = ROWS_AT_A_TIME) -> int:
    """Write a file into a folder as what the gate reads; the exit code says whether it was."""
    reader = READERS.get(source.suffix.lower())
    is_text = source.name.lower().endswith(TEXTS)
    if reader is None and not is_text:
        kinds = ", ".join((*READERS, *TEXTS))
        print(fault_line(source, "is of no kind that is converted", f"name one of {kinds}"))
        return REFUSED
    there = [text.written_to(source, folder)] if is_text else list(folder.glob(_name(source, "*")))
    if not source.is_file() or any(path.exists() for path in there):
        fault = "is already there as it would be written" if source.is_file() else "is no file"
        print(fault_line(source, fault, f"correct the path, or remove what is in {on_one_line(str(folder))}"))
        return REFUSED
    return _convert_text(source, folder) if reader is None else _convert_data(source, folder, reader, rows_at_a_time)


def _convert_text(source: Path, folder: Path) -> int:
    try:
        encoding = text.encoding_of(source)
    except (OSError, EOFError, zlib.error):
        print(fault_line(source, "cannot be unpacked or read to its end", "deliver the whole file again"))
        return REFUSED
    if encoding == "utf-8":
        print(fault_line(source, "is UTF-8, which is read as it lies", "put it into the extract"))
        return REFUSED
    if encoding is None:
        print(fault_line(source, "is not UTF-8, UTF-16 or windows-1252", "save it as UTF-8"))
        return REFUSED
    _say_where_it_lies(source, folder)
    target = text.written_to(source, folder)
    text.write_as_utf8(source, encoding, target)
    print(f"{on_one_line(masked(target.name))} is UTF-8; take the old file out of the extract")
    return 0


def _convert_data(source: Path, folder: Path, reader: str, rows_at_a_time: int) -> int:
    try:
        import pyreadstat  # noqa: PLC0415
    except ImportError:
        print("convert needs pyreadstat, which is not installed; pip install 'vardkoer[convert]'", file=sys.stderr)
        return ENVIRONMENT
    _say_where_it_lies(source, folder)
    rows = 0
    try:
        pieces = pyreadstat.read_file_in_chunks(
            getattr(pyreadstat, reader), source, chunksize=rows_at_a_time, dates_as_pandas_datetime=True
        )
        for number, (piece, _) in enumerate(pieces, start=1):
            _write(piece, folder / _name(source, f"{number:05d}"))
            rows += len(piece)
    except pyreadstat.ReadstatError:
        print(fault_line(source, "is damaged, or not what its name says", "deliver the whole file again"))
        return REFUSED
    print(f"{rows:,} rows".replace(",", " "))
    return 0


def _say_where_it_lies(source: Path, folder: Path) -> None:
    os.umask(0o077)
    folder.mkdir(parents=True, exist_ok=True)
    print(
        f"Identity numbers that {on_one_line(source.name)} has will lie in {on_one_line(str(folder.absolute()))}, "
        "readable by you alone. Remove what is written when the warehouse is built.",
        file=sys.stderr,
    )


def _name(source: Path, number: str) -> str:
    return f"{source.stem}_{number}.parquet"


def _write(piece: Any, path: Path) -> None:
    """Write some rows, every value as a text and nothing as nothing."""
    # a column of nothing but missing dates has no type of its own
    piece = piece.astype({name: "string" for name in piece.columns if piece[name].dtype == object})
    texts = ", ".join(f"nullif(cast({quoted(name)} as varchar), '') as {quoted(name)}" for name in piece.columns)
    with duckdb.connect() as connection:
        connection.register("piece", piece)
        connection.execute(f"copy (select {texts} from piece) to {text_literal(str(path))} (format parquet)")
