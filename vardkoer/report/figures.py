"""The charts of the report: which rows of which view, and what the chart says in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vardkoer.reading import swedish
from vardkoer.report import charts
from vardkoer.report.marts import Marts, Row

MILLION = 1_000_000
BELOW = "Talen står i tabellen."
# Series of the chart of months: the sign, and the column of the view.
MONTHS = (
    ("operations", "operations", "staplar: mätperioden"),
    ("year_before", "operations_year_before", "linje: året före"),
    ("baseline", "baseline_mean", "streck: genomsnitt för jämförelseåren"),
)


@dataclass(frozen=True)
class Scale:
    """Classes of a map: a column of a view, its unit in words, the breaks and one colour more than breaks."""

    column: str
    unit: str
    breaks: tuple[int, ...]
    colors: tuple[str, ...]


FULFILMENT = Scale(
    "fulfilment_percent", "Procent av taket", (25, 50, 75, 100), ("#dfe9e9", "#b4d0d1", "#7fb2b7", "#3d8490", "#0a4656")
)
CHANGE = Scale(
    "change_baseline_so_far_percent",
    "Förändring, %",
    (-10, 0, 10, 30),
    ("#c0651a", "#f3d3b0", "#d3e5e5", "#7fb2b7", "#0b6577"),
)


@dataclass(frozen=True)
class Chart:
    """A drawn chart with its heading, and what its signs mean."""

    title: str
    svg: str
    note: str = ""


class Figures:
    """Draws charts from the marts, or None when there is nothing to draw. `ident` is unique on a page."""

    def __init__(self, marts: Marts):
        """Keep the marts."""
        self._marts = marts

    def months(self, title: str, ident: str, **which: str) -> Chart | None:
        """Operations of a region (or the nation) and category by month, beside the year before and the mean."""
        rows = self._marts.view("months", **which).rows
        values = [
            {
                "month": swedish.month(row["operation_month"])[:3],
                "kind": kind,
                "value": float(swedish.rounded(row[column])),
            }
            for kind, column, _ in MONTHS
            for row in rows
            if row[column] is not None
        ]
        kinds = {value["kind"] for value in values}
        note = f"{', '.join(sign for kind, _, sign in MONTHS if kind in kinds)}.".capitalize()
        return _drawn("months", title, ident, values, note) if "operations" in kinds else None

    def growth(self, title: str, ident: str, settlement_id: str) -> Chart | None:
        """The nation's operations of a period beside the mean of the baseline years."""
        values = [
            {"category": row["label"], "series": series, "value": float(row[column])}
            for row in self._marts.view("nation_period", settlement_id=settlement_id).rows
            for series, column in (
                ("Genomsnitt för jämförelseåren", "baseline_mean_so_far"),
                ("Mätperioden", "operations_so_far"),
            )
            if row[column] is not None
        ]
        return _drawn("growth", title, ident, values)

    def bullets(self, title: str, ident: str, settlement_id: str) -> Chart | None:
        """What each region earned by performance, on its cap."""
        values = [
            {"label": _short(row), "value": row["performance_kr"] / MILLION, "cap": row["cap_kr"] / MILLION}
            for row in self._regions("grants", settlement_id)
            if row["performance_kr"] is not None
        ]
        return _drawn("bullet", title, ident, values, "Mörk stapel: prestation. Ljus stapel: tak.")

    def before_after(self, title: str, ident: str, settlement_id: str) -> Chart | None:
        """Amounts at payment and as later reports would have made them, when they would have made a difference."""
        rows = [row for row in self._regions("vintage", settlement_id) if row["difference_kr"] is not None]
        values = [
            {
                "label": _short(row),
                "before": row["allocated_before_kr"] / MILLION,
                "after": row["allocated_after_kr"] / MILLION,
            }
            for row in rows
            if any(other["difference_kr"] for other in rows)
        ]
        note = "Cirkel: vid utbetalning. Romb: med rapporter som kom senare."
        return _drawn("before_after", title, ident, values, note)

    def shares(self, title: str, ident: str, rows: list[Row], column: str) -> Chart | None:
        """A share in percent by region."""
        values = [{"label": row["label"], "value": float(row[column])} for row in rows if row[column] is not None]
        places = ",.0f" if swedish.column(column)[1] == "hela procent" else ",.1f"
        return _drawn("shares", title, ident, values, format=places)

    def fulfilment_map(self, title: str, ident: str, settlement_id: str) -> Chart | None:
        """Performance in percent of the cap, by county."""
        return _map(title, ident, self._regions("grants", settlement_id), FULFILMENT)

    def change_map(self, title: str, ident: str, category_id: str, settlement_id: str) -> Chart | None:
        """Change from the mean of the baseline years, by county."""
        rows = [row for row in self._regions("period", settlement_id) if row["category_id"] == category_id]
        return _map(title, ident, rows, CHANGE)

    def completeness(self, title: str, ident: str, category_id: str) -> Chart | None:
        """How fast the operations of a month become known."""
        values = [
            {"age": row["months_after"], "value": float(row["known_percent"])}
            for row in self._marts.view("completeness").rows
            if row["category_id"] == category_id and row["known_percent"] is not None
        ]
        return _drawn("ages", title, ident, values)

    def _regions(self, view: str, settlement_id: str) -> list[Row]:
        rows = self._marts.view(view, settlement_id=settlement_id).rows
        return [row for row in rows if row["region_code"] != "00"]


def _map(title: str, ident: str, rows: list[Row], scale: Scale) -> Chart | None:
    shades = {
        row["region_code"]: {
            "value": float(row[scale.column]),
            "label": f"{row['label']}: {swedish.number(row[scale.column], 1)}",
        }
        for row in rows
        if row[scale.column] is not None
    }
    settings = {"breaks": scale.breaks, "colors": scale.colors, "unit": scale.unit}
    return _drawn("map", title, ident, charts.counties(shades) if shades else [], **settings)


def _drawn(kind: str, title: str, ident: str, values: list[Row], note: str = "", **settings: Any) -> Chart | None:
    if not values:
        return None
    return Chart(title, charts.svg(kind, values, (title, f"{note} {BELOW}".strip()), ident, **settings), note)


def _short(row: Row) -> str:
    return row["label"].removeprefix("Region ")
