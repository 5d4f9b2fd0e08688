"""The report in a real browser: accessible, on its own, on a small screen, from the keyboard and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Page as Tab

from vardkoer.report.pages import MENU

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
# One page of each kind.
KINDS = [
    *(f"{name}.html" for name, _ in MENU),
    "avstamning-alla-tal.html",
    "region-13.html",
    "varfor/2025_additional_payment-13.html",
    "varfor/2025_block1-13.html",
    "varfor/2026_payment-13.html",
]
HALLANDS_AMOUNT = "6\N{NO-BREAK SPACE}003\N{NO-BREAK SPACE}000"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM.exists(), f"{CHROMIUM} is missing: install the Debian package chromium (apt-get install chromium)"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Tab]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


# The list of all published figures is one table like others, only so long that it takes axe a quarter of a minute.
@pytest.mark.parametrize("name", [name for name in KINDS if name != "avstamning-alla-tal.html"])
def test_a_page_is_accessible_and_asks_for_nothing(tab: Tab, site: Path, name: str) -> None:
    asked, said = [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    address = (site / name).as_uri()
    tab.goto(address)
    assert asked == [address]
    assert said == []
    found = Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("name", KINDS)
def test_a_page_fits_a_small_screen(browser: Browser, site: Path, name: str) -> None:
    with browser.new_context(viewport={"width": 320, "height": 640}) as context:
        tab = context.new_page()
        tab.goto((site / name).as_uri())
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320
        charts = tab.evaluate("[...document.querySelectorAll('svg')].map(svg => svg.getBoundingClientRect().right)")
        assert all(right <= 320 for right in charts)


def test_wide_tables_are_scrolled_from_the_keyboard(browser: Browser, site: Path) -> None:
    with browser.new_context(viewport={"width": 320, "height": 640}) as context:
        tab = context.new_page()
        tab.goto((site / "operationer.html").as_uri())
        region = tab.locator(".scroll").first
        for _ in range(30):
            tab.keyboard.press("Tab")
            if region.evaluate("element => element === document.activeElement"):
                break
        assert region.evaluate("element => element === document.activeElement")
        assert region.evaluate("element => getComputedStyle(element).outlineStyle") != "none"
        assert region.get_attribute("role") == "region"
        label = tab.locator(f"#{region.get_attribute('aria-labelledby')}")
        assert label.inner_text().startswith("Tabell 1")
        tab.keyboard.press("ArrowRight")
        tab.wait_for_timeout(300)
        assert region.evaluate("element => element.scrollLeft") > 0


def test_the_first_tab_leads_past_the_menu(tab: Tab, site: Path) -> None:
    tab.goto((site / "index.html").as_uri())
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Till innehållet"
    assert tab.locator(".skip").bounding_box()["y"] >= 0
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "innehall"


def test_why_halland_got_its_amount_is_at_most_three_clicks_away_without_scripts(browser: Browser, site: Path) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto((site / "index.html").as_uri())
        tab.get_by_role("navigation").get_by_role("link", name="Statsbidrag").click()
        halland = tab.get_by_role("row", name="Region Halland").filter(has_text=HALLANDS_AMOUNT).first
        halland.get_by_role("link", name=HALLANDS_AMOUNT).click()
        assert (
            tab.get_by_role("heading", level=1).inner_text() == f"Varför fick Region Halland {HALLANDS_AMOUNT} kronor?"
        )
        words = tab.locator("main").inner_text()
        assert "Ersättning utgick" not in words  # the rule's own words are one click on, at the rule
        for part in (
            "rapporter inkomna t.o.m. 15 november 2025",
            "247",
            "108\N{NO-BREAK SPACE}000",
            "Bilaga 6, andra uppdraget",
        ):
            assert part in words
        tab.get_by_role("link", name="A3").first.click()
        assert "Ersättning utgick endast för de operationer som utgjorde en ökning" in tab.locator("#A3").inner_text()


def test_printed_pages_are_a4_with_tables_and_charts_whole(tab: Tab, site: Path) -> None:
    """Tables of many columns have pages of their own, on their side."""
    tab.set_viewport_size({"width": 703, "height": 1000})  # A4 without its margins, in CSS pixels
    for name in KINDS:
        tab.goto((site / name).as_uri())
        tab.emulate_media(media="print")
        clipped = tab.evaluate(
            "[...document.querySelectorAll('table, svg')]"
            ".filter(e => e.getBoundingClientRect().right > (e.closest('.wide') ? 1016 : innerWidth) + 1)"
            ".map(e => e.querySelector('caption, title').textContent)"
        )
        assert clipped == [], name
        split = tab.evaluate(
            "[...document.querySelectorAll('figure.chart')]"
            ".map(e => getComputedStyle(e).breakInside).filter(b => b !== 'avoid')"
        )
        assert split == [], name
