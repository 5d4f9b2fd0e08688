"""Files of SAS, Stata and SPSS as Parquet, a piece at a time: `python -m vardkoer convert FILE FOLDER`.

They are the one kind of file that is not read where it lies, so that what they hold lies on the disk once more. Every
value becomes a text, which the gate reads as it does any other. Needs the extra `convert` (pyreadstat).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import duckdb

from vardkoer.gate.faults import fault_line, on_one_line
from vardkoer.gate.files import text_literal
from vardkoer.gate.values import quoted

REFUSED, ENVIRONMENT = 3, 5
READERS = {".sas7bdat": "read_sas7bdat", ".dta": "read_dta", ".sav": "read_sav"}
# So many rows are in memory at a time.
ROWS_AT_A_TIME = 100_000


def convert(source: Path, folder: Path, rows_at_a_time: int = ROWS_AT_A_TIME) -> int:
    """Write a file as Parquet files into a folder; the exit code says whether it was."""
    try:
        import pyreadstat  # noqa: PLC0415
    except ImportError:
        print("convert needs pyreadstat, which is not installed; pip install 'vardkoer[convert]'", file=sys.stderr)
        return ENVIRONMENT
    reader = READERS.get(source.suffix.lower())
    if reader is None:
        print(fault_line(source, "is of no kind that is converted", f"name one of {', '.join(READERS)}"))
        return REFUSED
    if not source.is_file() or list(folder.glob(f"{_name(source, '*')}")):
        fault = "is already there in pieces" if source.is_file() else "is no file"
        print(fault_line(source, fault, f"correct the path, or remove the pieces in {on_one_line(str(folder))}"))
        return REFUSED
    os.umask(0o077)
    folder.mkdir(parents=True, exist_ok=True)
    print(
        f"Identity numbers that {on_one_line(source.name)} has will lie in {on_one_line(str(folder.absolute()))}, "
        "readable by you alone. Remove the pieces when the warehouse is built.",
        file=sys.stderr,
    )
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
