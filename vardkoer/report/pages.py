"""The pages of the site: which there are, and what their templates can ask for."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from vardkoer.reading import swedish
from vardkoer.reading.release import run_in_words
from vardkoer.report import downloads
from vardkoer.report.figures import Chart, Figures
from vardkoer.report.marts import Marts, Row, View
from vardkoer.report.tables import Layout, Table, tabulate

FOLDER = Path(__file__).parent
STYLE = (FOLDER / "style.css").read_text(encoding="utf-8")
MENU = (
    ("index", "Översikt"),
    ("pagaende", "Pågående omgång"),
    ("regioner", "Regioner"),
    ("operationer", "Operationer"),
    ("utforare", "Utförare"),
    ("statsbidrag", "Statsbidrag"),
    ("avstamning", "Avstämning"),
    ("ordens-varde", "Vad orden är värda"),
    ("kvalitet", "Datakvalitet"),
    ("tackning", "Täckning"),
    ("metod", "Metod"),
)
NATION = "00"


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
        self.current = next((key for key, facts in self.settlements.items() if facts["is_under_way"]), "")
        self.report = next((facts["report_id"] for facts in self.settlements.values() if facts["report_id"]), "")
        used = {(row["measure"], row["settlement_id"]) for row in marts.view("uses").rows}
        self.uses = {
            measure: [settlement_id for settlement_id in self.settlements if (measure, settlement_id) in used]
            for measure in sorted({measure for measure, _ in used})
        }
        self.flags = {row["flag_id"]: row for row in marts.view("flags").rows}
        self.categories = {row["category_id"]: row["category_name_sv"] for row in marts.view("category_names").rows}
        self.publication = {row["setting_id"]: row["setting_value"] for row in marts.view("publication").rows}

    @property
    def record(self) -> Row | None:
        """What the build recorded: whether the extract is the sample, and which build it is."""
        if not self._marts.has_records():
            return None
        text = self._marts.view("record").rows[0]["record"]
        return {"is_sample": json.loads(text)["is_sample"], "run": run_in_words(text)}

    def table(self, caption: str, view: View, links: str = "", **asked: Any) -> Table:
        """A table of a view; `links` says which of its regions, readings and amounts lead somewhere."""
        asked["noted"] = frozenset(flag_id for flag_id, flag in self.flags.items() if flag["is_noted"])
        if "regions" in links:
            asked["row_link"] = lambda row: f"{self.root}region-{row['region_code']}.html"
        if "readings" in links:
            asked["row_link"] = lambda row: f"{self.root}ordens-varde.html#{row['reading_id']}"
        if "amounts" in links:
            asked["cell_link"] = ("allocated_kr", lambda row: self._explanation({**view.parameters, **row}))
        return tabulate(view, Layout(caption=caption, **asked))

    def chart(self, kind: str, title: str, *arguments: Any, **asked: Any) -> Chart | None:
        """A chart with an id of its own on the page; None when there is nothing to draw."""
        self._drawn += 1
        return getattr(self._figures, kind)(title, f"d{self._drawn}", *arguments, **asked)

    def figure(self, value: Any, unit: str, mart: str, column: str, **key: Any) -> Markup:
        """A figure in running text, with the key of its row in the mart."""
        text = swedish.value(value, unit) if value is not None else swedish.NOT_SET
        return Markup('<data value="{}" data-mart="{}" data-column="{}" data-key="{}">{}</data>').format(
            "" if value is None else value, mart, column, json.dumps(key, default=str, sort_keys=True), text
        )

    def key_figure(self, figure_id: str) -> Markup:
        """A figure of the final report's text, as computed here."""
        key = {"measure": "key_figure", "figure_id": figure_id}
        return self.figure(self._key_figure(figure_id), "tal", "published_reconciliation", "our_value", **key)

    def knows(self, figure_id: str) -> bool:
        """True when the figure can be computed from what has been delivered."""
        return self._key_figure(figure_id) is not None

    def _key_figure(self, figure_id: str) -> Any:
        rows = self.view("key_figures").rows
        return next((row["our_value"] for row in rows if row["figure_id"] == figure_id), None)

    def vintage(self, *settlement_ids: str) -> str:
        """In words: which settlements, which reports, and whether they are final."""
        parts = []
        for facts in (self.settlements[settlement_id] for settlement_id in settlement_ids):
            status = f" ({swedish.word('status', facts['status'])})" if facts["status"] else ""
            reports = f"rapporter inkomna t.o.m. {swedish.day(facts['cutoff_date'])}"
            basis = {
                "none": "lika andelar, inga operationer räknas",
                "published": f"de publicerade tabellerna, {reports}",
            }
            parts.append(f"{facts['settlement_name']}{status}, {basis.get(facts['counts_from'], reports)}")
        return f"{'Avräkningar' if len(parts) > 1 else 'Avräkning'}: {'; '.join(parts)}."

    def different(self, measure: str) -> View:
        """Published figures of a kind that are not ours."""
        view = self.view("reconciliation", measure=measure)
        return View(view.name, view.parameters, [row for row in view.rows if row["explanation"] != "exact"])

    def steps(self, **key: str) -> list[Row]:
        """The steps to an amount, the categories in their order."""
        order = list(self.categories)
        return sorted(
            self.view("explanation", **key).rows,
            key=lambda row: (row["step_order"], order.index(row["category_id"]) if row["category_id"] else -1),
        )

    def has_any(self, view: View, *columns: str) -> bool:
        """True when a row holds a figure in one of the columns."""
        return any(row[column] is not None for row in view.rows for column in columns)

    def download(self, mart: str) -> str:
        """Where the model behind a table is as a file."""
        self._marts.shown.add(mart)
        return f"{self.root}{downloads.FOLDER}/{mart}.csv"

    def _explanation(self, row: Row) -> str | None:
        if row["region_code"] == NATION or not row["settlement_id"]:
            return None
        return f"{self.root}varfor/{row['settlement_id']}-{row['region_code']}.html"


def write_site(marts: Marts, folder: Path) -> Path:
    """Write every page below a folder; returns the first. Explanations that an earlier site left there are removed."""
    for old in folder.glob("varfor/*.html"):
        old.unlink()
    has_docs = all((folder / "docs" / name).exists() for name in ("dbt.html", "lineage.html"))
    for path in pages_of(marts):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(render(marts, path, has_docs=has_docs), encoding="utf-8")
    downloads.write_downloads(marts, folder)
    return folder / "index.html"


def pages_of(marts: Marts) -> dict[str, tuple[str, dict[str, Any]]]:
    """The path of every page, its template and what the template is about."""
    pages: dict[str, tuple[str, dict[str, Any]]] = {f"{name}.html": (name, {"menu": name}) for name, _ in MENU}
    pages["avstamning-alla-tal.html"] = ("avstamning-alla-tal", {"menu": "avstamning"})
    for region in marts.view("regions").rows:
        code = region["region_code"]
        pages[f"region-{code}.html"] = ("region", {"menu": "regioner", "region": region})
        for amount in marts.view("region_amounts", region_code=code).rows:
            path = f"varfor/{amount['settlement_id']}-{code}.html"
            pages[path] = ("varfor", {"menu": "statsbidrag", "region": region, "amount": amount})
    return pages


def render(marts: Marts, path: str, *, has_docs: bool = False) -> str:
    """One page as HTML; `has_docs` tells that the pages of `python -m vardkoer docs` are beside the site."""
    template, facts = pages_of(marts)[path]
    page = Page(marts, path, facts["menu"])
    return _environment().get_template(f"{template}.html.j2").render(page=page, has_docs=has_docs, **facts)


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"menu_items": MENU, "style": Markup(STYLE), "style_hash": _style_hash()}
    environment.filters |= {
        name: getattr(swedish, name) for name in ("day", "month", "enumerated", "document", "decided_by")
    }
    environment.globals["layout"] = swedish.layout
    environment.filters |= {"word": lambda key, kind: swedish.word(kind, key), "slug": _slug}
    return environment


def _style_hash() -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower().translate(str.maketrans("åäöé", "aaoe"))).strip("-")
