"""Texts in an encoding that DuckDB does not read, as UTF-8: the same lines, in pieces of bounded memory."""

from __future__ import annotations

import gzip
import io
import shutil
from pathlib import Path
from typing import IO

# Before the name of the text that is written; what follows it says the same of the file as before.
PREFIX = "utf8_"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def written_to(source: Path, folder: Path) -> Path:
    """The text that a file becomes."""
    return folder / f"{PREFIX}{source.name}"


def encoding_of(source: Path) -> str | None:
    """The first encoding that a text can be read in; None for none."""
    with _open(source, "rb") as stream:
        if stream.read(2) in UTF_16_MARKS:
            return "utf-16"
    for encoding in ("utf-8", "windows-1252"):
        try:
            with _open(source, "rb") as stream:
                for _ in io.TextIOWrapper(stream, encoding, newline=""):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    return None


def write_as_utf8(source: Path, encoding: str, target: Path) -> None:
    """Write the same text, packed where it was."""
    with _open(source, "rb") as stream, _open(target, "wb") as written:
        text = io.TextIOWrapper(stream, encoding, newline="")
        shutil.copyfileobj(text, io.TextIOWrapper(written, "utf-8", newline="", write_through=True))


def _open(path: Path, mode: str) -> IO[bytes]:
    return gzip.open(path, mode) if path.name.lower().endswith(".gz") else path.open(mode)  # type: ignore[return-value]
