"""The report: every figure of every page is the mart's, the same input gives the same bytes, and links hold."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from report_html import MONTHS, Figure, Page, parsed

from vardkoer import paths
from vardkoer.reading import swedish
from vardkoer.report.marts import Marts
from vardkoer.report.pages import pages_of, render

KNOWN = "list_contains(string_split(coalesce(flags, ''), ' '), '{flag_id}')"
# Columns of the report that are not columns of the mart they come from, as this test computes them.
COMPUTED = {
    ("block1_accounts", "spent_percent"): "100 * sum(spent_kr) / sum(requisitioned_kr)",
    ("contact_decisions", "contact_rows"): "count(*)",
    ("contact_decisions", "measured_rows"): "case when count(*) >= 5 then count(*) end",
    ("count_quality", "imputed_date_percent"): "100 * sum(imputed_date_operations) / nullif(sum(operations), 0)",
    ("count_quality", "invalid_identity_percent"): """100 * sum(invalid_identity_rows)
        / nullif(sum(operations) + sum(invalid_identity_rows), 0)""",
    ("count_quality", "late_percent"): "100 * sum(late_operations) / nullif(sum(operations), 0)",
    (
        "count_quality",
        "unknown_hospital_percent",
    ): "100 * sum(unknown_hospital_operations) / nullif(sum(operations), 0)",
    ("grant_allocations", "fulfilment_percent"): """case when count(performance_kr) = count(*)
        then 100 * sum(performance_kr) / nullif(sum(cap_kr), 0) end""",
    ("operation_counts", "other_region_percent"): "100 * sum(operations_other_region) / nullif(sum(operations), 0)",
    ("operation_counts", "private_percent"): """case when sum(operations_private) >= 5 and sum(operations_public) >= 5
        then 100 * sum(operations_private) / sum(operations) end""",
    ("published_reconciliation", "figures"): "count(*)",
    ("quarantined_rows", "quarantined_rows"): "count(*)",
    ("scenario_outcomes", "regions_at_cap"): """case when count(performance_kr) = count(*)
        then count(*) filter (where performance_kr >= cap_kr) end""",
} | {
    ("published_reconciliation", explanation): f"count(*) filter (where explanation = '{explanation}')"
    for explanation in ("exact", "rounding", "vintage", "inconsistency", "not_computed", "unexplained")
}
# Keys that are no columns of the mart: the mart is read through these.
READ_AS = {
    "reporting_triangle": """(
        select triangle.* exclude (months_after), ages.months_after
        from marts.reporting_triangle as triangle
        inner join (select unnest(range(1, 7)) as months_after) as ages on triangle.months_after <= ages.months_after
    )""",
}
# What the heading over a figure may be called, by column.
HEADINGS = {
    "allocated_after_kr": ["Belopp senare, kr"],
    "allocated_before_kr": ["Belopp vid utbetalning, kr"],
    "allocated_kr": ["Belopp, kr"],
    "available_kr": ["Kvar till taket, kr"],
    "baseline_mean": ["Genomsnitt jämförelseåren", "Genomsnitt"],
    "baseline_mean_so_far": ["Genomsnitt jämförelseåren", "Genomsnitt"],
    "baseline_operations": ["Genomsnitt, avrundat"],
    "bonus_kr": ["Kvarstående medel, kr"],
    "cap_kr": ["Tak, kr"],
    "cap_month": ["Taket nått"],
    "change_baseline_so_far_percent": ["Utveckling, %", "Utveckl., %"],
    "change_year_before_percent": ["Mot året före, %", "Ändring, %"],
    "contact_rows": ["Rader"],
    "difference": ["Skillnad"],
    "difference_kr": ["Skillnad, kr"],
    "earned_kr": ["Intjänat, kr"],
    "eligible_operations": ["Ersatta operationer"],
    "exact": ["Lika"],
    "expected_completeness_percent": ["Fullst., %"],
    "figures": ["Tal i rapporten"],
    "fulfilment_percent": ["Måluppfyllelse, %"],
    "imputed_date_percent": ["Åtgärdsdatum saknas, %"],
    "inconsistency": ["Rapporten säger emot sig"],
    "invalid_identity_percent": ["Ogiltig identitet, %"],
    "late_percent": ["Sent, %", "Sent rapporterat, %"],
    "marginal_value_kr": ["Värdet av en till, kr"],
    "measured_rows": ["Rader, mätperioden"],
    "not_computed": ["Finns inte i registret"],
    "operations": ["Operationer", "Antal", "Totalt"],
    "operations_after": ["Operationer senare"],
    "operations_before": ["Operationer vid utbetalning"],
    "operations_below_baseline": ["Saknas till genomsnittet"],
    "operations_home_region": ["Hem"],
    "operations_other_region": ["Annan"],
    "operations_so_far": ["Antal operationer", "Antal"],
    "operations_to_cap": ["Operationer till taket, bara denna typ"],
    "operations_to_cap_in_mix": ["Operationer till taket, i nuvarande mix"],
    "operations_year_before": ["Året före"],
    "other_region_percent": ["Annan, %"],
    "our_value": ["Här"],
    "performance_kr": ["Prestation, kr"],
    "projected_operations": ["Vid nuvarande takt"],
    "projected_performance_kr": ["Vid nuvarande takt, kr"],
    "published_value": ["Publicerat"],
    "quarantined_rows": ["Rader i karantän"],
    "earned_supplement_kr": ["Tillägg, kr"],
    "pot_kr": ["Pott, kr"],
    "recipients": ["Regioner som delar"],
    "remaining_kr": ["Kvar av anslaget, kr"],
    "share_percent": ["Andel, %"],
    "rank": ["Plats"],
    "rate_kr": ["Belopp per operation, kr"],
    "regions_at_cap": ["Regioner vid taket"],
    "requisitioned_kr": ["Rekvirerat, kr"],
    "rounding": ["Avrundning"],
    "rows_accepted": ["Godkända rader"],
    "rows_delivered": ["Levererade rader"],
    "rows_quarantined": ["Rader i karantän"],
    "share_of_cap_percent": ["Intjänat av taket, %"],
    "spent_kr": ["Kostnader, kr"],
    "spent_percent": ["Använt, %"],
    "unexplained": ["Oförklarat"],
    "unknown_hospital_percent": ["Okänt sjukhus, %"],
    "unused_kr": ["Ej använt, kr"],
    "vintage": ["Annat stoppdatum"],
}
# The key whose warnings a figure of the mart carries.
FLAGGED = {
    "monthly_follow_up": ("settlement_id", "region_code", "category_id", "operation_month"),
    "operation_counts": ("settlement_id", "region_code", "category_id"),
    "grant_earnings": ("settlement_id", "region_code", "category_id"),
    "standing_by_category": ("settlement_id", "region_code", "category_id"),
    "grant_allocations": ("settlement_id", "region_code"),
    "region_standing": ("settlement_id", "region_code"),
    "supplement_earnings": ("settlement_id", "region_code"),
    "vintage_effects": ("settlement_id", "region_code"),
    "reading_effects": ("settlement_id", "region_code"),
}
ROUNDED = re.compile(r"percent|mean|figure$|known_percent")
HALLAND = "13"


@pytest.fixture(scope="module")
def warehouse() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(paths.warehouse_path()), read_only=True)


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    return {
        name: parsed(name, path.read_text(encoding="utf-8"))
        for path in sorted(site.rglob("*.html"))
        for name in [str(path.relative_to(site))]
    }


def figures_of(pages: dict[str, Page]) -> Iterable[Figure]:
    for page in pages.values():
        yield from page.figures


class Expected:
    """The marts, asked by this test's own SQL: one question for each mart, column and set of key columns."""

    def __init__(self, warehouse: duckdb.DuckDBPyConnection):
        self._warehouse = warehouse
        self._answers: dict[tuple[str, str, tuple[str, ...]], dict[tuple[Any, ...], Any]] = {}

    def value(self, figure: Figure) -> Any:
        key = dict(figure.key)
        flag = key.pop("flag_id", None) if figure.column == "flagged_counts" else None
        names = tuple(sorted(key))
        values = [()]
        for name in names:
            options = key[name] if isinstance(key[name], tuple) else (key[name],)
            values = [(*value, str(option) if option is not None else None) for value in values for option in options]
        answers = self._answered(figure.mart, figure.column, names, flag)
        # A count of rows that are not there is 0; anything else that is not there is an error of the page.
        found = [
            answers.get(value, 0) if figure.column in ("quarantined_rows",) else answers[value] for value in values
        ]
        if len(found) == 1:
            return found[0]
        return None if None in found else sum(found)

    def _answered(self, mart: str, column: str, names: tuple[str, ...], flag: str | None) -> dict[tuple[Any, ...], Any]:
        asked = (mart, f"{column} {flag}", names)
        if asked not in self._answers:
            relation = READ_AS.get(mart, mart if mart.startswith("seeds.") else f"marts.{mart}")
            columns = ", ".join(f"cast({name} as varchar)" for name in names)
            expression = self._expression(mart, column, names, flag)
            statement = f"select {columns}, {expression} from {relation} group by all"
            rows = self._warehouse.execute(statement if columns else f"select {expression} from {relation}").fetchall()
            self._answers[asked] = {row[:-1]: row[-1] for row in rows}
        return self._answers[asked]

    def _expression(self, mart: str, column: str, names: tuple[str, ...], flag: str | None) -> str:
        if flag:
            return f"count(*) filter (where {KNOWN.format(flag_id=flag)})"
        if (mart, column) in COMPUTED:
            return COMPUTED[mart, column]
        if mart == "reporting_triangle":
            return "sum(operations_gained - operations_lost)"
        if column == "cap_month":
            return f"max({column})" if "region_code" in names else "null"
        return f"case when count({column}) = count(*) then sum({column}) end"


def as_shown(expected: Any, figure: Figure) -> Any:
    """What a right page shows of a value: rounded to the digits that it shows, half up."""
    if expected is None:
        return None
    if figure.column == "cap_month":
        return f"{MONTHS[expected.month - 1]}-{expected:%y}"
    exact = Decimal(str(expected))
    shown = exact.quantize(Decimal(1).scaleb(-figure.decimals), ROUND_HALF_UP)
    assert ROUNDED.search(figure.column) or shown == exact, (figure, expected)
    return shown


def test_every_figure_is_the_marts(pages: dict[str, Page], warehouse: duckdb.DuckDBPyConnection) -> None:
    expected = Expected(warehouse)
    triangle_ends = warehouse.execute("select max(report_month) from marts.reporting_triangle").fetchone()[0]
    wrong = []
    count = 0
    for figure in figures_of(pages):
        count += 1
        key = dict(figure.key)
        if figure.column == "known_percent":
            continue  # test_completeness_is_the_triangles
        if figure.column == "operations_known":
            month = key["operation_month"]
            age = (triangle_ends.year - int(month[:4])) * 12 + triangle_ends.month - int(month[5:7])
            if age < key["months_after"]:
                assert figure.value is None, figure
                continue
            if figure.value == 0:
                continue  # nothing known yet: the triangle has no row
        value = as_shown(expected.value(figure), figure)
        if figure.value != value:
            wrong.append((figure, value))
    assert wrong == [], wrong[:5]
    assert count > 20_000


def test_completeness_is_the_triangles(pages: dict[str, Page], warehouse: duckdb.DuckDBPyConnection) -> None:
    """Of the months that are six months old, the share known after so many."""
    shown = [figure for figure in pages["kvalitet.html"].figures if figure.column == "known_percent"]
    assert shown
    for figure in shown:
        key = dict(figure.key)
        expected = warehouse.execute(
            """
            with settled as (
                select months_after, operations_gained - operations_lost as change
                from marts.reporting_triangle
                where category_id = $category_id
                    and operation_month <= (select max(report_month) from marts.reporting_triangle) - interval 6 month
            )
            select 100 * sum(change) filter (where months_after <= $months_after) / sum(change) from settled
            """,
            {"category_id": key["category_id"], "months_after": key["months_after"]},
        ).fetchone()[0]
        assert figure.value == as_shown(expected, figure), figure


def test_headings_and_labels_are_those_of_the_figures(
    pages: dict[str, Page], warehouse: duckdb.DuckDBPyConnection
) -> None:
    names = {
        "category_id": dict(warehouse.execute("select category_id, category_name_sv from seeds.categories").fetchall()),
        "round_id": dict(warehouse.execute("select round_id, round_name_sv from seeds.grant_rounds").fetchall()),
        "flag_id": dict(warehouse.execute("select flag_id, flag_name_sv from seeds.quality_flags").fetchall()),
        "reason": dict(warehouse.execute("select reason, reason_sv from seeds.decision_reasons").fetchall()),
        "file_name": {},
    }
    regions = {
        code: names
        for code, *names in warehouse.execute(
            "select region_code, region_name, report_name from seeds.regions"
        ).fetchall()
    } | {"00": ["Riket"]}
    for figure in figures_of(pages):
        if not figure.caption:
            continue
        key = dict(figure.key)
        about = f"{figure.heading} {figure.group} {figure.label} {figure.caption}"
        for column, known in names.items():
            if key.get(column) in known and figure.mart not in ("published_reconciliation", "block1_accounts"):
                assert known[key[column]].lower() in about.lower(), (column, figure)
        if "region_code" in key and not figure.page.startswith(("region-", "varfor/")):
            national = key["region_code"] == "00" and "riket" in about.lower()
            assert national or any(name in figure.label for name in regions[key["region_code"]]), figure
        if "operation_month" in key and figure.column in ("operations", "operations_known"):
            year, month = key["operation_month"][:4], MONTHS[int(key["operation_month"][5:7]) - 1]
            written = re.search(rf"{month}\w*[ -](\d\d)?{year[2:]}|{year}-{key['operation_month'][5:7]}", about.lower())
            assert written, figure
        if figure.column in HEADINGS and figure.mart != "published_reconciliation":
            known_heading = figure.heading in HEADINGS[figure.column]
            spread = (
                not figure.group
                and figure.heading.lower()
                in " ".join([*names["category_id"].values(), *names["round_id"].values(), "totalt"]).lower()
            )
            assert known_heading or spread or re.fullmatch(r"\w{3}-\d\d|\d", figure.heading), figure


def test_every_table_of_counts_or_amounts_has_its_vintage(
    pages: dict[str, Page], warehouse: duckdb.DuckDBPyConnection
) -> None:
    settlements = dict(warehouse.execute("select settlement_id, cutoff_date from seeds.settlements").fetchall())
    labels = dict(warehouse.execute("select settlement_id, settlement_name_sv from seeds.settlements").fetchall())
    for page in pages.values():
        for figure in page.figures:
            asked = dict(figure.key).get("settlement_id")
            for settlement in asked if isinstance(asked, tuple) else [asked]:
                if figure.caption and settlement:
                    vintage = page.vintages.get(figure.caption, f"{figure.label} {figure.beside}")
                    assert labels[settlement] in vintage, figure
                    assert settlements[settlement] is None or str(settlements[settlement].year) in vintage, figure


def test_every_count_has_its_flags(pages: dict[str, Page], warehouse: duckdb.DuckDBPyConnection) -> None:
    """By month as the month's mart has them; an amount or a sum over months those of all its months."""
    by_key: dict[tuple[str, ...], frozenset[str]] = {}
    for columns, mart in (
        ("settlement_id, region_code, category_id, operation_month", "monthly_follow_up"),
        ("settlement_id, region_code, category_id", "standing_by_category"),
        ("settlement_id, region_code", "region_standing"),
    ):
        for *key, flags in warehouse.execute(f"select {columns}, flags from marts.{mart}").fetchall():
            by_key[tuple(map(str, key))] = frozenset((flags or "").split())
    so_far = {
        tuple(map(str, key)): frozenset((flags or "").split())
        for *key, flags in warehouse.execute(
            """select settlement_id, region_code, category_id, operation_month, string_agg(flags, ' ') over (
                partition by settlement_id, region_code, category_id order by operation_month
            ) from marts.monthly_follow_up"""
        ).fetchall()
    }
    shown: dict[tuple[str, ...], set[str]] = {}
    sums = set()
    for figure in figures_of(pages):
        key = dict(figure.key)
        about = FLAGGED.get(figure.mart, ())
        counted = figure.value is not None and not re.search("cap_kr|rate_kr|baseline", figure.column)
        if figure.caption and about and counted and all(isinstance(key.get(column), str) for column in about):
            place = (figure.page, figure.caption, *(key[column] for column in about))
            shown.setdefault(place, set()).update(figure.flags)
            if figure.column.endswith("so_far"):
                sums.add(place)
    for place, flags in shown.items():
        assert flags == (so_far if place in sums else by_key).get(place[2:], frozenset()), place
    assert sum(map(bool, shown.values())) > 1_000


def test_charts_show_the_numbers_of_a_table_on_the_page(pages: dict[str, Page]) -> None:
    drawn = 0
    for page in pages.values():
        columns: dict[tuple[str, str, str, str], list[Decimal]] = {}
        for figure in page.figures:
            if figure.caption and isinstance(figure.value, Decimal):
                place = (figure.caption, figure.column, figure.group, figure.heading)
                columns.setdefault(place, []).append(figure.value)
        for marks in page.charts:
            for name, series, values in series_of(marks):
                assert any(shows(values, column) for column in columns.values()), (page.name, name, series, values)
                drawn += 1
    assert drawn > 300


def series_of(marks: list[dict[str, str]]) -> Iterable[tuple[str, str, list[str]]]:
    """The marks of a chart as series: those that have the same parts and the same value of `series`."""
    found: dict[tuple[str, str], list[str]] = {}
    for mark in marks:
        for name in set(mark) - {"month", "label", "series", "category", "age", "kind", "layer"}:
            # On a map the label is the region's own name.
            part = name if name in ("value", "cap", "before", "after") else "region"
            found.setdefault((part, mark["layer"] + mark.get("series", "")), []).append(mark[name])
    return [(name, series, values) for (name, series), values in found.items()]


def shows(values: list[str], column: list[Decimal]) -> bool:
    """Every value of the chart is one of the column, in its own unit or in millions, to the digits that it has."""
    for unit in (1, 1_000_000):
        known = {
            (decimals, (value / unit).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
            for value in column
            for decimals in range(7)
        }
        read = [
            (len(text.partition(",")[2]), Decimal(re.sub(r"\s", "", text).replace(",", ".").replace("−", "-")))
            for text in values
        ]
        if all((decimals, value) in known or near(value, decimals, column, unit) for decimals, value in read):
            return True
    return False


def near(value: Decimal, decimals: int, column: list[Decimal], unit: int) -> bool:
    """Axis labels round half to even and tables of means show two digits."""
    return any(abs(value - known / unit) <= max(Decimal("0.005"), Decimal(1).scaleb(-decimals) / 2) for known in column)


def test_no_number_stands_outside_the_figures(pages: dict[str, Page]) -> None:
    """A number with thousands in running text would not be tested."""
    for page in pages.values():
        assert not [text for text in page.prose if re.search(r"\d[  ]\d{3}(?!\d)", text)], page.name


def test_headings_come_in_order_and_ids_once(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert page.headings[0] == 1 and page.headings.count(1) == 1, page.name
        assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False)), (
            page.name
        )
        assert len(page.ids) == len(set(page.ids)), (page.name, sorted(page.ids))


def test_links_and_anchors_hold_and_nothing_is_external(site: Path, pages: dict[str, Page]) -> None:
    for page in pages.values():
        for address in page.addresses:
            assert not re.match(r"[a-z]+:|//", address), (page.name, address)
        for link in page.links:
            path, _, anchor = link.partition("#")
            target = (site / page.name).parent / path if path else site / page.name
            name = str(target.resolve().relative_to(site.resolve()))
            assert name in pages, (page.name, link)
            assert not anchor or anchor in pages[name].ids, (page.name, link)
    for path in site.rglob("*"):
        assert path.is_dir() or path.suffix == ".html", path
        if path.is_file():
            text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
            assert not re.search(r"https?:|url\((?!#)|@import|<script|<iframe| on\w+=", text), path


def test_every_page_is_reached_from_the_first(pages: dict[str, Page]) -> None:
    reached, waiting = set(), ["index.html"]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            folder = name.rpartition("/")[0]
            links = [link.partition("#")[0] for link in pages[name].links if not link.startswith("#")]
            waiting += [str(Path(folder) / link).replace("varfor/../", "") for link in links]
    assert reached == set(pages)


def test_the_same_warehouse_gives_the_same_bytes(site: Path) -> None:
    """In another process, through another connection; one of each kind of page."""
    with_marts = Marts(paths.warehouse_path())
    assert {str(path.relative_to(site)) for path in site.rglob("*.html")} == set(pages_of(with_marts))
    for path in (
        "index.html",
        "operationer.html",
        "kvalitet.html",
        f"region-{HALLAND}.html",
        f"varfor/2026_payment-{HALLAND}.html",
    ):
        assert render(with_marts, path).encode() == (site / path).read_bytes(), path


def test_no_identity_number_pseudonym_or_contact_is_on_the_site(
    site: Path, warehouse: duckdb.DuckDBPyConnection
) -> None:
    contacts = {
        key
        for (key,) in warehouse.execute(
            "select distinct contact_key from marts.contact_decisions using sample 2000"
        ).fetchall()
    }
    for path in site.rglob("*.html"):
        text = re.sub(r"<svg.*?</svg>|sha256-\S+", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"\b(18|19|20)?\d{6}[-+]?\d{4}\b", text), path
        assert not re.search(r"\b[0-9a-f]{32,}\b", text), path
        assert not contacts & set(re.findall(r"\w{6,}", text)), path


def test_an_empty_warehouse_says_what_is_missing(tmp_path: Path) -> None:
    """The seeds and no row of a mart."""
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"attach '{paths.warehouse_path()}' as whole (read_only)")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'whole' "
            "and schema_name in ('seeds', 'marts')"
        ).fetchall()
        for schema, table in [*tables, ("marts", "contact_decisions")]:
            connection.execute(f"create schema if not exists {schema}")
            rows = "limit 0" if schema == "marts" else ""
            connection.execute(f"create table {schema}.{table} as from whole.{schema}.{table} {rows}")
    marts = Marts(path)
    for name in [*list(pages_of(marts))[:12], f"region-{HALLAND}.html"]:
        page = parsed(name, render(marts, name))
        from_seeds = ("seeds.", "published_reconciliation")
        assert all(figure.value is None for figure in page.figures if not figure.mart.startswith(from_seeds)), name
    assert "inga uppgifter" in " ".join(parsed("o", render(marts, "operationer.html")).prose)


def test_numbers_are_written_as_swedish_readers_expect() -> None:
    written = [
        swedish.number(value, decimals) for value, decimals in ((6003000, 0), (-0.5, 0), (1234.25, 1), (None, 0))
    ]
    assert written == ["6\N{NO-BREAK SPACE}003\N{NO-BREAK SPACE}000", "−1", "1\N{NO-BREAK SPACE}234,3", ".."]
    assert swedish.value(Decimal("13.300"), "tal") == "13,3"
    assert swedish.day(dt.date(2025, 11, 15)) == "15 november 2025"
    assert swedish.enumerated(["a", "b", "c"]) == "a, b och c"


def test_without_a_warehouse_the_command_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE_PATH", str(tmp_path / "none.duckdb"))
    result = subprocess.run(
        [sys.executable, "-m", "vardkoer.report", "--output", str(tmp_path / "site")],
        cwd=paths.PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "there is no warehouse; make build makes one" in result.stdout
    assert not (tmp_path / "site").exists()
