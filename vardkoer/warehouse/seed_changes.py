"""Which rows of the seeds differ between two builds.

A record names each file below `seeds/` by its hash; the files themselves are kept beside it under that hash, so that
what was there can be read and not be another.
"""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

from vardkoer import paths

Rows = list[dict[str, str]]
SHOWN_ROWS = 40


def kept_path(warehouse: Path, sha256: str) -> Path:
    """Where a seed of some content is kept."""
    return paths.records_folder(warehouse) / "seeds" / f"{sha256}.csv"


def keep(warehouse: Path, seeds: dict[str, str]) -> None:
    """Keep the tables among the files below `seeds/`, each content once."""
    for name, sha256 in seeds.items():
        kept = kept_path(warehouse, sha256)
        if name.endswith(".csv") and not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            # what is killed while it copies leaves no half of a seed under the name of the whole
            half = kept.with_suffix(".half")
            shutil.copyfile(paths.PROJECT / name, half)
            half.replace(kept)


def changed_rows(warehouse: Path, older: str, newer: str) -> list[str]:
    """A line for each row that differs between two contents, named by what tells it apart from the others."""
    texts = []
    for sha256 in (older, newer):
        kept = kept_path(warehouse, sha256)
        if not kept.exists():
            return ["    which rows is not known: the seeds of an earlier version were not kept"]
        content = kept.read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            return [f"    file={kept}: is not the seed that the record names; restore it from a backup"]
        texts.append(content.decode("utf-8-sig"))
    lines = list(_differences(*(list(csv.DictReader(io.StringIO(text))) for text in texts)))
    more = len(lines) - SHOWN_ROWS
    return lines[:SHOWN_ROWS] + ([f"    ... and {more} rows more"] if more > 0 else [])


def _differences(before: Rows, after: Rows) -> Iterator[str]:
    key = _key(before, after)
    old, new = ({tuple(row.get(name, "") for name in key): row for row in rows} for rows in (before, after))
    for values in dict.fromkeys([*old, *new]):
        name = " ".join(f"{column}={value}" for column, value in zip(key, values, strict=True))
        if values not in new:
            yield f"    {name}: removed"
        elif values not in old:
            yield f"    {name}: added, {_told(new[values], key)}"
        elif old[values] != new[values]:
            changed = [column for column in new[values] if old[values].get(column, "") != new[values][column]]
            changed += [column for column in old[values] if column not in new[values] and old[values][column]]
            told = ", ".join(
                f"{column} {_shown(old[values].get(column, ''))} → {_shown(new[values].get(column, ''))}"
                for column in changed
            )
            if told:
                yield f"    {name}: {told}"


def _key(before: Rows, after: Rows) -> list[str]:
    """The first columns that tell all rows apart: seeds begin with their grain."""
    columns = [column for column in (before or after or [{}])[0] if all(column in row for row in [*before, *after])]
    for length in range(1, len(columns)):
        key = columns[:length]
        if all(len({tuple(row[name] for name in key) for row in rows}) == len(rows) for rows in (before, after)):
            return key
    return columns


def _told(row: dict[str, str], key: list[str]) -> str:
    return ", ".join(f"{column} {value}" for column, value in row.items() if value and column not in key)


def _shown(value: str) -> str:
    return value or "(empty)"
