"""make docs: complete, without traces of the machine, and every link in it leads somewhere."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright
from shared_dbt import Dbt
from test_report_browser import ARGUMENTS, CHROMIUM

from vardkoer import paths
from vardkoer.paths import PROJECT, SEEDS
from vardkoer.report.marts import Marts
from vardkoer.report.pages import render

DESCRIBED = ("sources", "exposures", "metrics", "semantic_models", "groups")


class Pages(NamedTuple):
    """The two pages, and the manifest that the first one shows."""

    dbt: str
    lineage: str
    manifest: dict[str, Any]


@pytest.fixture(scope="module")
def pages(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> Pages:
    folder = tmp_path_factory.mktemp("docs")
    subprocess.run([*dbt.vardkoer, "docs", "--output", str(folder)], cwd=PROJECT, check=True)
    page = (folder / "dbt.html").read_text(encoding="utf-8")
    manifest, _ = json.JSONDecoder().raw_decode(page, page.index("{manifest:{") + len("{manifest:"))
    return Pages(page, (folder / "lineage.html").read_text(encoding="utf-8"), manifest)


def own(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything of the project that a reader can open."""
    nodes = [node for node in manifest["nodes"].values() if "test_metadata" not in node]
    macros = [macro for macro in manifest["macros"].values() if macro["package_name"] == "vardkoer"]
    return [*nodes, *macros, *(part for kind in DESCRIBED for part in manifest[kind].values())]


def test_everything_is_described(pages: Pages) -> None:
    parts = own(pages.manifest)
    assert len(parts) > 150
    assert [part["name"] for part in parts if not part["description"]] == []
    children = [
        (part["name"], child)
        for part in parts
        for child in [*(part.get("columns") or {}).values(), *(part.get("arguments") or [])]
    ]
    assert len(children) > 500
    assert [(name, child["name"]) for name, child in children if not child["description"]] == []


def test_rules_show_their_words_and_documents(pages: Pages) -> None:
    words = 0
    for path in sorted((SEEDS / "rules").glob("*.csv")):
        shown = pages.manifest["nodes"][f"seed.vardkoer.{path.stem}"]["description"]
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                assert row.get("quote", "").replace("|", "/") in shown, path
                assert row["source_ref"] in shown, path
                words += bool(row.get("quote"))
    assert words > 100
    assert "S2025/01233" in pages.manifest["nodes"]["seed.vardkoer.grant_rounds"]["description"]


def test_exposures_have_owner_and_decision_and_the_overview_links_what_there_is(pages: Pages) -> None:
    for exposure in pages.manifest["exposures"].values():
        assert exposure["owner"]["name"]
        assert exposure["meta"]["decisions"]
    overview = pages.manifest["docs"]["doc.vardkoer.__overview__"]["block_contents"]
    known = {key for kind in ("nodes", "sources", "metrics", "exposures") for key in pages.manifest[kind]}
    linked = set(re.findall(r"#!/\w+/([\w.]+)\)", overview))
    assert linked <= known, linked - known
    assert set(pages.manifest["exposures"]) <= linked


def test_metrics_have_a_swedish_label_and_what_they_are_computed_from_is_not_among_them(pages: Pages) -> None:
    metrics = pages.manifest["metrics"]
    assert {"operations", "earned_kr", "share_of_cap"} <= {metric["name"] for metric in metrics.values()}
    assert [metric["name"] for metric in metrics.values() if metric["label"] == metric["name"]] == []
    keys = {*pages.manifest["parent_map"], *(node for of in pages.manifest["child_map"].values() for node in of)}
    assert {key for key in keys if key.startswith("metric.")} == set(metrics)


def test_every_column_of_every_mart_has_its_lineage_and_every_link_its_target(pages: Pages) -> None:
    ids = re.findall(r' id="([^"]+)"', pages.lineage)
    assert len(ids) == len(set(ids))
    for node in pages.manifest["nodes"].values():
        if node["resource_type"] == "model" and node["schema"] == "marts":
            assert {f"{node['name']}.{column}" for column in node["columns"]} <= set(ids), node["name"]
    assert set(re.findall(r'href="#([^"]+)"', pages.lineage)) <= set(ids)
    for kind, unique_id in re.findall(r'href="dbt.html#!/(\w+)/([^"]+)"', pages.lineage):
        assert unique_id in pages.manifest["sources" if kind == "source" else "nodes"]


def test_nothing_tells_the_machine_or_loads_from_elsewhere(pages: Pages) -> None:
    for page in pages[:2]:
        for trace in (str(PROJECT), str(paths.warehouse_path().parent), "/tmp/"):
            assert trace not in page, trace
    assert not re.search(r'(src|href)="(https?:)?//', pages.lineage)
    (script,) = re.findall("<script>(.*?)</script>", pages.lineage, re.DOTALL)
    sha256 = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{sha256}'" in pages.lineage


def test_the_filter_shows_what_is_asked_for_and_an_address_opens_its_table(pages: Pages, tmp_path: Path) -> None:
    page = tmp_path / "lineage.html"
    page.write_text(pages.lineage, encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        tab = browser.new_page(viewport={"width": 320, "height": 640})
        said: list[str] = []
        tab.on("console", lambda message: said.append(message.text))
        tab.goto(f"{page.as_uri()}#grant_allocations.cap_month")
        assert tab.locator("tr[id='grant_allocations.cap_month']").is_visible()
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320
        everything = tab.locator("details.table:visible").count()
        tab.fill("#filter", "earned_kr")
        rows = tab.locator("tr[data-name]:visible")
        names = {rows.nth(number).get_attribute("data-name") for number in range(rows.count())}
        assert "earned_kr" in names and all("earned_kr" in (name or "") for name in names)
        assert 1 < tab.locator("details.table:visible").count() < everything
        tab.fill("#filter", "")
        assert tab.locator("details.table:visible").count() == everything
        # tables and rows are alike, and all of them, hidden or not, take axe half a minute
        tab.fill("#filter", "earned_kr")
        tab.evaluate("document.querySelectorAll('.table, [data-name]').forEach(e => e.checkVisibility() || e.remove())")
        assert tab.locator("details.table[open]").count() > 1
        assert Axe().run(tab).violations_count == 0
        assert said == []
        browser.close()


def test_the_first_page_of_the_site_leads_to_the_docs_that_are_beside_it() -> None:
    marts = Marts(paths.warehouse_path())
    pages = {has_docs: render(marts, "index.html", has_docs=has_docs) for has_docs in (True, False)}
    for name in ("docs/dbt.html", "docs/lineage.html"):
        assert f'href="{name}"' in pages[True]
        assert name not in pages[False]
