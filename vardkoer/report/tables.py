"""Tables of the report: rows of a view as text, each figure with the key of its row in the mart."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from vardkoer.reading import swedish
from vardkoer.report.marts import Row, View

TOTALS = ("Riket", "Summa", "Totalt")
NOTHING = frozenset[str]()
# What counts are set against: the warnings are about the counts.
MEASURES = (
    *("cap_kr", "rate_kr", "baseline_mean", "baseline_mean_so_far", "baseline_operations"),
    *("operations_before", "allocated_before_kr", "operations_year_before", "operations_year_before_so_far"),
)
Link = Callable[[Row], str | None]
Flags = frozenset[str]


@dataclass(frozen=True)
class Layout:
    """How a view becomes a table: one line for each value of `by`; with `across`, columns for each of its values.

    `keys` completes the parameters of the view to the key of the mart; columns of `by` that begin with an underscore
    and parameters that begin with `shown_` are no part of it. `cell_link` names a column and where its figures lead,
    `label` the column that names a line, `words` the vocabulary of the labels.
    """

    caption: str
    mart: str
    by: Sequence[str]
    columns: Sequence[str]
    stub: str = "Region"
    across: str | None = None
    keys: Mapping[str, Any] = field(default_factory=dict)
    settlements: Sequence[str] = ()
    row_link: Link | None = None
    cell_link: tuple[str, Link] | None = None
    headings: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    label: str = "label"
    note: str = ""
    unknown: str = ".. är ett tal som inte är fastställt, inte levererat eller inte går att räkna. Det är inte noll."
    noted: frozenset[str] = NOTHING
    anchor: str = ""


@dataclass(frozen=True)
class Cell:
    """A figure as text. `flags` are all its warnings, `marked` those that are not told for the line or table."""

    text: str
    column: str
    key: str
    flags: str
    marked: Flags
    href: str | None


@dataclass(frozen=True)
class Line:
    """A row of a table, with what all its figures have in common."""

    label: str
    key: str
    marked: Flags
    href: str | None
    is_total: bool
    cells: list[Cell]


@dataclass(frozen=True)
class Table:
    """A table ready to be written. `groups` heads two or more columns each when there are any.

    `rooms` is for each column how many warnings a figure has at most, so that the digits stand below each other;
    `empty` are the headings of columns that hold no figure, which are left out.
    """

    layout: Layout
    key: str
    groups: list[tuple[str, int]]
    headings: list[tuple[str, bool]]
    lines: list[Line]
    flags: Flags
    common_flags: Flags
    rooms: list[int]
    has_unknown: bool
    empty: list[str]


def tabulate(view: View, layout: Layout) -> Table:
    """The rows of a view, laid out. Raises ValueError when a line lacks one of the values of `across`."""
    known, empty = _known(view, layout)
    layout = replace(
        layout, columns=[column for column in layout.columns if any(column in of for of in known.values())]
    )
    lines: dict[tuple[Any, ...], list[Row]] = {}
    for row in view.rows:
        lines.setdefault(tuple(row[column] for column in layout.by), []).append(row)
    if any([_heading(row, layout) for row in rows] != list(known) for rows in lines.values()) and layout.across:
        raise ValueError(f"{view.name}: a line lacks a value of {layout.across}")
    flags = [flags_of(row) & layout.noted for row in view.rows if _carrier(row, layout)]
    common = frozenset.intersection(*flags) if len(flags) > 1 else frozenset()
    built = [_line(rows, layout, common, known) for rows in lines.values()]
    heads = [(_column_heading(column, layout), swedish.is_text(column)) for of in known.values() for column in of]
    is_grouped = bool(layout.across) and len(layout.columns) > 1
    return Table(
        layout=layout,
        key=_json(
            {name: value for name, value in view.parameters.items() if not name.startswith("shown_")}
            | dict(layout.keys)
        ),
        groups=[(group, len(of)) for group, of in known.items() if of] if is_grouped else [],
        headings=heads if is_grouped or not layout.across else [(group, False) for group, of in known.items() if of],
        lines=built,
        flags=frozenset().union(*flags) - common,
        common_flags=common,
        rooms=[
            max(map(len, marks))
            for marks in zip(*([cell.marked for cell in line.cells] for line in built), strict=True)
        ],
        has_unknown=any(cell.text == swedish.UNKNOWN for line in built for cell in line.cells),
        empty=empty,
    )


def _known(view: View, layout: Layout) -> tuple[dict[str, list[str]], list[str]]:
    """The columns that hold a figure, below each value of `across`, and the headings of those that hold none.

    Where no column holds any, all are shown.
    """
    shown: dict[str, list[str]] = {}
    empty: dict[str, list[str]] = {}
    for group in dict.fromkeys(_heading(row, layout) for row in view.rows):
        rows = [row for row in view.rows if _heading(row, layout) == group]
        shown[group] = [column for column in layout.columns if any(row[column] is not None for row in rows)]
        for column in layout.columns:
            if column not in shown[group] and not swedish.is_text(column):
                empty.setdefault(_column_heading(column, layout), []).append(group)
    if not any(shown.values()):
        return {group: list(layout.columns) for group in shown}, []
    told = [
        [heading] if groups == list(shown) else _of_groups(groups, heading, layout) for heading, groups in empty.items()
    ]
    return shown, [text for texts in told for text in texts]


def _of_groups(groups: list[str], heading: str, layout: Layout) -> list[str]:
    return [f"{group}: {heading}" if len(layout.columns) > 1 else group for group in groups]


def flags_of(row: Row) -> Flags:
    """The warnings that a row carries."""
    return frozenset((row.get("flags") or "").split())


def _line(rows: list[Row], layout: Layout, of_all: Flags, known: Mapping[str, list[str]]) -> Line:
    flags = [flags_of(row) & layout.noted for row in rows if _carrier(row, layout)]
    common = frozenset.intersection(*flags) if len(flags) > 1 else frozenset()
    first = rows[0]
    is_total = _label(first, layout) in TOTALS
    key = {column: first[column] for column in layout.by if first[column] is not None and not column.startswith("_")}
    return Line(
        label=_label(first, layout),
        key=_json(key),
        marked=common - of_all,
        href=layout.row_link(first) if layout.row_link and not is_total else None,
        is_total=is_total,
        cells=[_cell(row, column, layout, common | of_all) for row in rows for column in known[_heading(row, layout)]],
    )


def _cell(row: Row, column: str, layout: Layout, told: Flags) -> Cell:
    flags = flags_of(row) if column == _carrier(row, layout) else frozenset()
    across = layout.across
    leads = layout.cell_link if layout.cell_link and layout.cell_link[0] == column else None
    href = leads[1](row) if leads else None
    return Cell(
        text=swedish.value(row[column], layout.units.get(column) or swedish.column(column)[1]),
        column="" if swedish.is_text(column) else column,
        key=_json({across: row[across]}) if across and row[across] is not None else "",
        flags=" ".join(sorted(flags)),
        marked=(flags & layout.noted) - told,
        href=href,
    )


def _carrier(row: Row, layout: Layout) -> str | None:
    """The column whose figure carries the warnings of a row: the first that is known and follows from counts."""
    counted = (column for column in layout.columns if not swedish.is_text(column) and column not in MEASURES)
    return next((column for column in counted if row[column] is not None), None)


def _label(row: Row, layout: Layout) -> str:
    first = row[layout.by[0]]
    if layout.words:
        return swedish.word(layout.words, first)
    if layout.label in row:
        return row[layout.label]
    return swedish.month(first).capitalize() if isinstance(first, date) else str(first)


def _column_heading(column: str, layout: Layout) -> str:
    return layout.headings.get(column) or swedish.column(column)[0]


def _heading(row: Row, layout: Layout) -> str:
    """What the columns of a row stand below; nothing where each line is one row."""
    if not (across := layout.across):
        return ""
    if "heading" in row:
        return row["heading"]
    return swedish.short_month(row[across]) if isinstance(row[across], date) else str(row[across])


def _json(key: Mapping[str, Any]) -> str:
    return json.dumps(key, default=str, sort_keys=True, ensure_ascii=False) if key else ""
