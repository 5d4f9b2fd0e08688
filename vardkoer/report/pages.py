"""The pages of the site: which there are, and what their templates can ask for."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from vardkoer.report import swedish
from vardkoer.report.figures import Chart, Figures
from vardkoer.report.marts import Marts, Row, View
from vardkoer.report.tables import Table, tabulate

FOLDER = Path(__file__).parent
STYLE = (FOLDER / "style.css").read_text(encoding="utf-8")
MENU = (
    ("index", "Översikt"),
    ("operationer", "Operationer"),
    ("utforare", "Utförare"),
    ("statsbidrag", "Statsbidrag"),
    ("regioner", "Regioner"),
    ("pagaende", "Pågående omgång"),
    ("avstamning", "Avstämning"),
    ("kvalitet", "Datakvalitet"),
    ("metod", "Metod"),
)


class Page:
    """What a template can use: views, tables, charts and figures with their vintage, and links to other pages."""

    def __init__(self, marts: Marts, path: str, menu: str):
        """A page at `path` below the site, shown as part of a page of the menu."""
        self.path, self.menu = path, menu
        self.root = "../" * path.count("/")
        self.view = marts.view
        self._marts, self._figures = marts, Figures(marts)
        self._drawn = 0
        self.settlements: dict[str, Row] = {row["settlement_id"]: row for row in marts.view("settlements").rows}
        self.uses: dict[str, list[str]] = {}
        for row in marts.view("uses").rows:
            self.uses.setdefault(row["measure"], []).append(row["settlement_id"])
        self.flags = {row["flag_id"]: row for row in marts.view("flags").rows}

    @property
    def current(self) -> str:
        """The settlement that is under way, or the last one."""
        return next((row["settlement_id"] for row in self.settlements.values() if row["is_current"]), next(iter(self.settlements)))

    @property
    def record(self) -> Row | None:
        """What the build recorded: whether the extract is the sample, and hashes of what went in."""
        if not self._marts.has_records():
            return None
        record = json.loads(self._marts.view("record").rows[0]["record"])
        return {
            "is_sample": record["is_sample"],
            "inputs": _fingerprint(record["inputs"], record["region_reports"]),
            "rules": _fingerprint(record["seeds"]),
        }

    def table(self, caption: str, view: View, links: str = "", **asked: Any) -> Table:
        """A table of a view; `links` says where its regions (`regions`) or amounts (`amounts`) lead."""
        if "regions" in links:
            asked["row_link"] = lambda row: self.region_href(row["region_code"])
        if "amounts" in links:
            asked["cell_link"] = (
                "allocated_kr",
                lambda row: self.amount_href({**view.parameters, **row}),
            )
        return tabulate(caption, view, **asked)

    def chart(self, kind: str, title: str, *arguments: Any, **asked: Any) -> Chart | None:
        """A chart with an id of its own on the page; None when there is nothing to draw."""
        self._drawn += 1
        return getattr(self._figures, kind)(title, f"d{self._drawn}", *arguments, **asked)

    def figure(self, value: Any, unit: str, mart: str, column: str, **key: Any) -> Markup:
        """A figure in running text, with the key of its row in the mart."""
        text = swedish.value(value, unit) if value is not None else "ej fastställt"
        return Markup('<data value="{}" data-mart="{}" data-column="{}" data-key="{}">{}</data>').format(
            "" if value is None else value, mart, column, json.dumps(key, default=str, sort_keys=True), text
        )

    def key_figure(self, figure_id: str) -> Markup:
        """A figure of the final report's text, as computed here."""
        row = next(row for row in self.view("key_figures").rows if row["figure_id"] == figure_id)
        return self.figure(row["our_value"], "tal", "published_reconciliation", "our_value", measure="key_figure", figure_id=figure_id)

    def vintage(self, *settlement_ids: str) -> str:
        """In words: which settlements, which reports, and whether they are final."""
        parts = []
        for facts in (self.settlements[settlement_id] for settlement_id in settlement_ids):
            status = f" ({swedish.word('status', facts['status'])})" if facts["status"] else ""
            reports = f"rapporter inkomna t.o.m. {swedish.day(facts['cutoff_date'])}"
            basis = {"none": "lika andelar, inga operationer räknas", "published": f"de publicerade tabellerna, {reports}"}
            parts.append(f"{facts['settlement_name']}{status}, {basis.get(facts['counts_from'], reports)}")
        return f"{'Uppgörelser' if len(parts) > 1 else 'Uppgörelse'}: {'; '.join(parts)}."

    def decisions(self, settlement_id: str, region_code: str) -> View:
        """Contact rows of one region in a settlement by reason, out of those of all, which are asked for once."""
        key = {"settlement_id": settlement_id, "region_code": region_code}
        rows = [row for row in self.view("decisions").rows if key.items() <= row.items()]
        return View("decisions", key, rows)

    def region_href(self, region_code: str) -> str:
        """The page of a region."""
        return f"{self.root}region-{region_code}.html"

    def amount_href(self, row: Row) -> str | None:
        """The page that explains an amount; None for sums."""
        if not row.get("region_code") or not row.get("settlement_id"):
            return None
        return f"{self.root}varfor/{row['settlement_id']}-{row['region_code']}.html"


def write_site(marts: Marts, folder: Path) -> Path:
    """Write every page below a folder, which is emptied first of what an earlier site left; returns the first page."""
    for old in [*folder.glob("*.html"), folder / "varfor"]:
        shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {"menu": MENU, "style": Markup(STYLE), "style_hash": _style_hash()}
    environment.filters |= {name: getattr(swedish, name) for name in ("number", "day", "month", "short_month", "enumerated", "document", "decided_by")}
    environment.filters |= {"word": lambda key, kind: swedish.word(kind, key), "slug": _slug}
    for path, template, facts in _pages(marts):
        page = Page(marts, path, facts.pop("menu", template))
        text = environment.get_template(f"{template}.html.j2").render(page=page, **facts)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder / "index.html"


def _pages(marts: Marts) -> list[tuple[str, str, dict[str, Any]]]:
    regions = marts.view("regions").rows
    pages: list[tuple[str, str, dict[str, Any]]] = [(f"{name}.html", name, {}) for name, _ in MENU]
    pages.append(("avstamning-alla-tal.html", "avstamning-alla-tal", {"menu": "avstamning"}))
    for region in regions:
        code = region["region_code"]
        pages.append((f"region-{code}.html", "region", {"menu": "regioner", "region": region}))
        for amount in marts.view("region_amounts", region_code=code).rows:
            pages.append(
                (f"varfor/{amount['settlement_id']}-{code}.html", "varfor", {"menu": "statsbidrag", "region": region, "amount": amount})
            )
    return pages


def _style_hash() -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


def _fingerprint(*facts: Any) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:12]


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower().translate(str.maketrans("åäöé", "aaoe"))).strip("-")
