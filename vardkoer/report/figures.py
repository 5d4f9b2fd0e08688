"""The charts of the report: which rows of which view, and what the chart says in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vardkoer.report import charts, swedish
from vardkoer.report.marts import Marts, Row

MILLION = 1_000_000
FULFILMENT = ([25, 50, 75, 100], ["#f1f5f4", "#c3d9d8", "#83b3b5", "#3d8490", "#0a4656"])
CHANGE = ([-10, 0, 10, 30], ["#c0651a", "#efc394", "#eef0ee", "#8fbcc0", "#0b6577"])


@dataclass(frozen=True)
class Chart:
    """A drawn chart with its heading, and what its signs mean."""

    title: str
    svg: str
    note: str = ""


class Figures:
    """Draws charts from the marts. `prefix` keeps their ids apart on a page."""

    def __init__(self, marts: Marts):
        """Keep the marts."""
        self._marts = marts

    def months(self, title: str, ident: str, series: str, **which: str) -> Chart | None:
        """Operations of a region (or the nation) and category by month, beside the year before and the mean."""
        rows = self._marts.view("months", **which).rows
        values = [
            {"month": swedish.MONTHS[row["operation_month"].month - 1][:3], "kind": kind, "value": float(row[column])}
            for kind, column in (
                ("operations", "operations"),
                ("year_before", "operations_year_before"),
                ("baseline", "baseline_mean"),
            )
            for row in rows
            if row[column] is not None
        ]
        has = {value["kind"] for value in values}
        if "operations" not in has:
            return None
        signs = [f"Staplar: {series}", "linje: året före" * ("year_before" in has), "streck: genomsnitt för jämförelseåren" * ("baseline" in has)]
        note = f"{', '.join(sign for sign in signs if sign)}."
        return Chart(title, charts.svg("months", values, title, f"{note} Talen står i tabellen under diagrammet.", ident), note)

    def growth(self, title: str, ident: str, names: tuple[str, str], settlement_id: str) -> Chart | None:
        """The nation's operations of a period beside the mean of the baseline years."""
        rows = [row for row in self._marts.view("period", settlement_id=settlement_id).rows if row["region_code"] == "00"]
        values = [
            {"category": row["heading"], "series": name, "value": float(row[column])}
            for row in rows
            for name, column in zip(names, ("baseline_mean_so_far", "operations_so_far"), strict=True)
            if row[column] is not None
        ]
        if not values:
            return None
        text = "; ".join(
            f"{row['heading']}: {swedish.value(row['baseline_mean_so_far'], 'heltal')} och "
            f"{swedish.value(row['operations_so_far'], 'antal')}"
            for row in rows
        )
        return Chart(title, charts.svg("growth", values, title, f"{names[0]} och {names[1]}. {text}.", ident))

    def bullets(self, title: str, ident: str, settlement_id: str) -> Chart | None:
        """What each region earned by performance, on its cap."""
        return self._bullets(title, ident, [row for row in self._regions("grants", settlement_id) if row["performance_kr"] is not None])

    def _bullets(self, title: str, ident: str, rows: list[Row]) -> Chart | None:
        values = [
            {"label": _short(row["label"]), "value": row["performance_kr"] / MILLION, "cap": row["cap_kr"] / MILLION}
            for row in rows
            if row["cap_kr"] is not None
        ]
        if not values:
            return None
        note = "Mörk stapel: prestation. Ljus stapel: tak."
        return Chart(title, charts.svg("bullet", values, title, f"{note} Talen står i tabellen.", ident), note)

    def before_after(self, title: str, ident: str, settlement_id: str) -> Chart | None:
        """Amounts at payment and as later reports would have made them."""
        values = [
            {"label": _short(row["label"]), "before": row["allocated_before_kr"] / MILLION, "after": row["allocated_after_kr"] / MILLION}
            for row in self._regions("vintage", settlement_id)
            if row["difference_kr"] is not None
        ]
        if all(value["before"] == value["after"] for value in values):
            return None
        note = "Cirkel: vid utbetalning. Romb: med rapporter som kom senare."
        return Chart(title, charts.svg("before_after", values, title, f"{note} Talen står i tabellen.", ident), note)

    def shares(self, title: str, ident: str, view: str, column: str, category_id: str, settlement_id: str) -> Chart | None:
        """A share in percent by region, for one category."""
        values = [
            {"label": row["label"], "value": float(row[column])}
            for row in self._marts.view(view, settlement_id=settlement_id).rows
            if row["category_id"] == category_id and row[column] is not None
        ]
        if not values:
            return None
        places = ",.0f" if swedish.column(column)[1] == "hela procent" else ",.1f"
        return Chart(title, charts.svg("shares", values, title, "Talen står i tabellen.", ident, format=places))

    def fulfilment_map(self, title: str, ident: str, settlement_id: str) -> Chart | None:
        """Performance in percent of the cap, by county."""
        rows = {row["region_code"]: row for row in self._regions("grants", settlement_id)}
        return self._map(title, ident, rows, "fulfilment_percent", "Procent av taket", FULFILMENT)

    def change_map(self, title: str, ident: str, category_id: str, settlement_id: str) -> Chart | None:
        """Change from the mean of the baseline years, by county."""
        rows = {
            row["region_code"]: row
            for row in self._marts.view("period", settlement_id=settlement_id).rows
            if row["category_id"] == category_id
        }
        return self._map(title, ident, rows, "change_baseline_so_far_percent", "Förändring, %", CHANGE)

    def _map(self, title: str, ident: str, rows: dict[Any, Row], column: str, unit: str, classes: tuple[list[int], list[str]]) -> Chart | None:
        values = {
            code: {"value": float(row[column]), "label": f"{row['label']}: {swedish.number(row[column], 1)}"}
            for code, row in rows.items()
            if code is not None and row[column] is not None
        }
        if not values:
            return None
        drawn = charts.svg(
            "map",
            charts.counties(values),
            title,
            "Karta över länen i fem klasser. Talen står i tabellen. Län utan tal är vita.",
            ident,
            breaks=classes[0],
            colors=classes[1],
            unit=unit,
        )
        return Chart(title, drawn)

    def completeness(self, title: str, ident: str) -> Chart | None:
        """How fast the operations of a month become known."""
        values = [
            {"age": row["months_after"], "series": row["heading"], "value": float(row["known_percent"])}
            for row in self._marts.view("completeness").rows
            if row["known_percent"] is not None
        ]
        return Chart(title, charts.svg("lines", values, title, "Talen står i tabellen.", ident)) if values else None

    def _regions(self, view: str, settlement_id: str) -> list[Row]:
        return [row for row in self._marts.view(view, settlement_id=settlement_id).rows if row["region_code"] is not None]


def _short(region_name: str) -> str:
    return region_name.removeprefix("Region ")
