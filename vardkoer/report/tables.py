"""Tables of the report: rows of a view, formatted, each figure with the key of its row in the mart."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from vardkoer.report import swedish
from vardkoer.report.marts import Row, View

UNKNOWN_NOTE = "– är ett tal som inte är fastställt, inte levererat eller inte går att räkna. Det är inte noll."
Link = Callable[[Row], str | None]


@dataclass(frozen=True)
class Cell:
    """A figure as text; `marked` are the warnings that its row does not carry as a whole."""

    text: str
    column: str = ""
    key: str = ""
    flags: str = ""
    marked: tuple[str, ...] = ()
    href: str | None = None
    is_text: bool = False


@dataclass(frozen=True)
class Line:
    """A row of a table, with what all its figures have in common."""

    label: str
    key: str
    marked: tuple[str, ...]
    href: str | None
    is_total: bool
    cells: list[Cell]


@dataclass(frozen=True)
class Table:
    """A table ready to be written. `groups` heads the columns two by two or more when there are any."""

    caption: str
    stub: str
    mart: str
    key: str
    groups: list[tuple[str, int]]
    headings: list[tuple[str, bool]]
    lines: list[Line]
    settlements: list[str]
    flags: list[str]
    common_flags: list[str]
    note: str
    unknown: str
    anchor: str


def tabulate(
    caption: str,
    view: View,
    *,
    mart: str,
    by: Sequence[str],
    columns: Sequence[str],
    stub: str = "Region",
    across: str | None = None,
    keys: Row | None = None,
    settlements: Sequence[str] = (),
    row_link: Link | None = None,
    cell_link: tuple[str, Link] | None = None,
    headings: dict[str, str] | None = None,
    words: str = "",
    note: str = "",
    unknown: str = UNKNOWN_NOTE,
    anchor: str = "",
) -> Table:
    """One line for each value of `by`; with `across`, one group of columns for each of its values.

    `keys` completes the parameters of the view to the key of the mart; columns of `by` that begin with an underscore
    are no part of it. `cell_link` names a column and where its figures lead, `words` the vocabulary that
    the labels of the lines are taken from.
    """
    groups = list(dict.fromkeys(_heading(row, across) for row in view.rows)) if across else []
    lines: dict[tuple[Any, ...], list[Row]] = {}
    for row in view.rows:
        lines.setdefault(tuple(row[column] for column in by), []).append(row)
    if any([_heading(row, across) for row in rows] != groups for rows in lines.values() if across):
        raise ValueError(f"{view.name}: a line lacks a value of {across}")
    flags = [_flags(row) for row in view.rows]
    common = frozenset.intersection(*flags) if len(flags) > 1 else frozenset()
    built = [_line(key, rows, by, columns, across, row_link, cell_link, words, common) for key, rows in lines.items()]
    heads = [(headings or {}).get(column) or swedish.column(column)[0] for column in columns]
    texts = [_is_text(column) for column in columns]
    single = len(columns) == 1
    return Table(
        caption=caption,
        stub=stub,
        mart=mart,
        key=_json({**view.parameters, **(keys or {})}),
        groups=[] if single or not across else [(group, len(columns)) for group in groups],
        headings=[(group, False) for group in groups]
        if across and single
        else list(zip(heads, texts, strict=True)) * max(1, len(groups)),
        lines=built,
        settlements=list(settlements),
        flags=sorted(frozenset().union(*flags) - common),
        common_flags=sorted(common),
        note=note,
        unknown=unknown if any(cell.text == swedish.UNKNOWN for line in built for cell in line.cells) else "",
        anchor=anchor,
    )


def _line(
    key: tuple[Any, ...],
    rows: list[Row],
    by: Sequence[str],
    columns: Sequence[str],
    across: str | None,
    row_link: Link | None,
    cell_link: tuple[str, Link] | None,
    words: str,
    of_all: frozenset[str],
) -> Line:
    flags = [_flags(row) for row in rows]
    common = frozenset.intersection(*flags) if len(flags) > 1 else frozenset()
    first = rows[0]
    cells = []
    for row, row_flags in zip(rows, flags, strict=True):
        for position, column in enumerate(columns):
            unit = swedish.column(column)[1]
            cells.append(
                Cell(
                    text=swedish.value(row[column], unit),
                    column=column,
                    key=_json({across: row[across]}) if across and row[across] is not None else "",
                    flags=" ".join(sorted(row_flags)) if position == 0 else "",
                    marked=tuple(sorted(row_flags - common - of_all)) if position == 0 and row[column] is not None else (),
                    href=cell_link[1](row) if cell_link and cell_link[0] == column and row[column] is not None else None,
                    is_text=_is_text(column),
                )
            )
    is_total = first.get("label") in ("Riket", "Summa", "Totalt") or all(part is None for part in key)
    return Line(
        label=_label(first, by, words),
        key=_json({column: part for column, part in zip(by, key, strict=True) if part is not None and not column.startswith("_")}),
        marked=tuple(sorted(common - of_all)),
        href=row_link(first) if row_link and not is_total else None,
        is_total=is_total,
        cells=cells,
    )


def _label(row: Row, by: Sequence[str], words: str) -> str:
    if words:
        return swedish.word(words, row[by[0]]) or "Summa"
    if "label" in row:
        return row["label"] or "Summa"
    first = row[by[0]]
    return swedish.month(first).capitalize() if isinstance(first, date) else str(first)


def _heading(row: Row, across: str) -> str:
    if "heading" in row:
        return row["heading"]
    return swedish.short_month(row[across]) if isinstance(row[across], date) else str(row[across])


def _flags(row: Row) -> frozenset[str]:
    return frozenset((row.get("flags") or "").split())


def _is_text(column: str) -> bool:
    return swedish.column(column)[1].startswith(("text", "ord"))


def _json(key: Row) -> str:
    return json.dumps(key, default=str, sort_keys=True, ensure_ascii=False) if key else ""
