"""What leaves the warehouse: every figure is the marts', nothing hidden goes out, and the formats are what they say.

Exports the warehouse that `make build` published.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import hashlib
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import rdflib
from frictionless import Package
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from pyaxis import pyaxis
from pypdf import PdfReader
from rdflib import Graph, Namespace, URIRef

from vardkoer import exports, paths
from vardkoer.exports.open_data.excel import write_excel_files
from vardkoer.exports.open_data.files import write_open_files
from vardkoer.exports.open_data.tables import Column, OpenTable, open_tables
from vardkoer.exports.workbooks.national import write_follow_up
from vardkoer.exports.workbooks.tables import Column as SheetColumn
from vardkoer.exports.workbooks.tables import Table
from vardkoer.exports.workbooks.workbook import Cover, write_workbook
from vardkoer.reading import WarehouseError, swedish
from vardkoer.reading.release import ExportError, Release, open_release

SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
MANIFEST = paths.target_path() / "manifest.json"
HEADER_ROW = 4
Rows = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def release() -> Iterator[Release]:
    release = open_release(paths.warehouse_path())
    with release.connection:
        yield release


@pytest.fixture(scope="module")
def exported(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    exports.write_all(release, MANIFEST, folder)
    return folder


@pytest.fixture(scope="module")
def workbooks(exported: Path) -> dict[str, Workbook]:
    """Every workbook by the name of its file."""
    return {path.name: load_workbook(path) for path in sorted(exported.rglob("*.xlsx"))}


@pytest.fixture(scope="module")
def report(workbooks: dict[str, Workbook]) -> Workbook:
    return workbooks["statsbidrag_2025.xlsx"]


@pytest.fixture(scope="module")
def follow_up(workbooks: dict[str, Workbook]) -> Workbook:
    (name,) = [name for name in workbooks if name.startswith("uppfoljning_")]
    return workbooks[name]


@pytest.fixture(scope="module")
def mailing(exported: Path, workbooks: dict[str, Workbook]) -> dict[str, Workbook]:
    """The workbooks that regions get, by region."""
    return {path.name[:2]: workbooks[path.name] for path in sorted((exported / "regions").iterdir())}


def table(sheet: Worksheet) -> Rows:
    """The rows of a sheet's table; two dots are unknown."""
    (found,) = sheet.tables.values()
    assert found.ref.startswith(f"A{HEADER_ROW}:"), "the header stands in the same row on every sheet"
    rows = [[cell.value for cell in row] for row in sheet[found.ref]]
    assert [column.name for column in found.tableColumns] == rows[0]
    return [tuple(None if value == ".." else value for value in row) for row in rows[1:]]


def plain(value: Any) -> Any:
    """A value without the types of its format."""
    if isinstance(value, dt.datetime):
        return value.date()
    return round(float(value), 5) if isinstance(value, (float, Decimal)) else value


def printed(value: Any) -> Any:
    """A value as a cell of at most one decimal has it."""
    if isinstance(value, Decimal):
        return float(value.quantize(Decimal("0.1"), ROUND_HALF_UP))
    return plain(value)


MONTHS = """
with found as (
    select unnest([region_code, '99']) as code, operation_month, operations
    from marts.operation_counts
    where settlement_id = ? and category_id = ? and period_role = 'measured'
),
summed as (select code, operation_month, sum(operations)::bigint as operations from found group by all),
listed as (select code, list(operations order by operation_month) as months from summed group by code)
select code, months from listed order by code
"""
MEANS = """
with years as (
    select unnest([region_code, '99']) as code, category_id, period_role, year(operation_month) as year, operations
    from marts.operation_counts
    where settlement_id = ?
),
compared as (
    select
        code, category_id,
        sum(operations) filter (where period_role = 'baseline')
            / count(distinct year) filter (where period_role = 'baseline') as mean,
        sum(operations) filter (where period_role = 'measured') as operations
    from years
    group by all
)
select code, category_id, mean, operations::bigint, round(100 * (operations / mean - 1))::integer
from compared
order by code
"""


def test_appendix_1_is_what_was_allocated(release: Release, report: Workbook) -> None:
    expected = release.rows("""
        select region_name, list(allocated_kr order by settlements.cutoff_date nulls first, round_id desc)
        from marts.grant_allocations
        inner join seeds.settlements using (settlement_id)
        inner join seeds.regions using (region_code)
        where settlement_id in ('2025_block1', '2025_block2_payment', '2025_additional_payment')
        group by region_name
        order by region_name
    """)
    rows = table(report["Bilaga 1 tabell 1"])
    assert [(name, list(amounts)) for name, *amounts, _ in rows[:-1]] == expected
    assert all(sum(amounts) == total for _, *amounts, total in rows)
    assert rows[-1] == ("Summa", 100_000_000, 397_000_000, 243_277_012, 740_277_012)


def test_appendix_2_is_the_accounts(release: Release, report: Workbook) -> None:
    rows = table(report["Bilaga 2 tabell 1"])
    assert rows[:-1] == release.rows("""
        select region_name, requisitioned_kr, spent_kr, spent_percent
        from marts.block1_accounts
        inner join seeds.regions using (region_code)
        order by region_name
    """)
    assert rows[-1] == ("Summa", sum(row[1] for row in rows[:-1]), sum(row[2] for row in rows[:-1]), 87)


@pytest.mark.parametrize(("number", "category"), [(1, "cataract"), (2, "prolapse"), (3, "hip_prosthesis")])
def test_appendix_3_has_the_months_as_printed(release: Release, report: Workbook, number: int, category: str) -> None:
    sheet = report[f"Bilaga 3 tabell {number}"]
    found = [(row[0][:2], list(row[1:])) for row in table(sheet)]
    assert found == release.rows(MONTHS, ["2025_block2_followup", category])
    printed = release.rows(
        """
        select if(region_code = '00', '99', region_code) as code, list(operations order by operation_month)
        from seeds.published_monthly_operations where category_id = ? group by code order by code
        """,
        [category],
    )
    assert dict(found[:-1]) == {code: months for code, months in printed if code != "99"}
    assert [cell.value for cell in sheet[HEADER_ROW]][:3] == ["Hemregion", "feb-25", "mar-25"]
    assert found[-1][0] == "99", "the nation stands last"


def test_appendix_3_table_4_compares_with_the_mean(release: Release, report: Workbook) -> None:
    sheet = report["Bilaga 3 tabell 4"]
    expected: dict[str, dict[str, Rows]] = {}
    for code, category, *figures in release.rows(MEANS, ["2025_additional_followup"]):
        expected.setdefault(code, {})[category] = [tuple(figures)]
    for row in table(sheet):
        for place, category in enumerate(("cataract", "prolapse", "hip_prosthesis")):
            mean, operations, change = row[1 + 3 * place : 4 + 3 * place]
            ((own_mean, own_operations, own_change),) = expected[row[0][:2]][category]
            assert mean == int(Decimal(own_mean).quantize(Decimal(1), ROUND_HALF_UP)), "as printed"
            assert (operations, change) == (own_operations, own_change)
    starred = {row[0][:2] for row in table(sheet) if row[0].endswith("*")}
    printed = release.rows(
        "select distinct region_code from seeds.published_period_operations where journal_system_change"
    )
    assert starred == {code for (code,) in printed}


def test_appendix_4_splits_by_producing_county_as_printed(release: Release, report: Workbook) -> None:
    printed: dict[str, dict[str, list[int]]] = {}
    for code, category, *figures in release.rows(
        "select region_code, category_id, operations_home_region, operations_other_region, operations "
        "from seeds.published_operations_by_producer where region_code != '00'"
    ):
        printed.setdefault(code, {})[category] = figures
    rows = table(report["Bilaga 4 tabell 1"])
    for row in rows[:-1]:
        assert list(row[1:]) == [
            figure
            for category in ("cataract", "prolapse", "hip_prosthesis")
            for figure in printed[row[0][:2]][category]
        ]
    assert list(rows[-1][1:]) == [sum(column) for column in list(zip(*rows[:-1], strict=True))[1:]]


def test_the_follow_up_has_every_category_and_comparison(release: Release, follow_up: Workbook) -> None:
    (settlement,) = [newest.settlement_id for newest in release.newest]
    categories = [
        category
        for (category,) in release.rows(
            "select category_id from seeds.categories where category_id in "
            "(select category_id from marts.operation_counts where settlement_id = ?) order by category_order",
            [settlement],
        )
    ]
    sheets = {name.split()[0]: follow_up[name] for name in follow_up.sheetnames if name.startswith("T")}
    for number, category in enumerate(categories, start=1):
        found = [(row[0][:2], list(row[1:])) for row in table(sheets[f"T{number}"])]
        assert found == release.rows(MONTHS, [settlement, category])
    first = len(categories) + 1
    assert "mot föregående år" in sheets[f"T{first}"]["A1"].value
    before = release.rows(
        """
        select if(region_code = '00', '99', region_code) as code, category_id,
            sum(operations_year_before)::bigint, sum(operations)::bigint,
            round(100 * (sum(operations) / sum(operations_year_before) - 1))::integer
        from marts.monthly_follow_up where settlement_id = ? group by code, category_id
        """,
        [settlement],
    )
    assert_comparison([table(sheets[f"T{first + page}"]) for page in (0, 1)], categories, before)
    means = release.rows(MEANS, [settlement])
    assert_comparison([table(sheets[f"T{first + page}"]) for page in (2, 3)], categories, means)
    of_nation = """
        select category_name_sv, sum(operations)::bigint, sum(operations_home_region)::bigint,
            sum(operations_other_region)::bigint, sum(operations_unknown_region)::bigint,
            sum(operations_private)::bigint, sum(operations_public)::bigint, sum(operations_unknown_ownership)::bigint
        from marts.operation_counts inner join seeds.categories using (category_id)
        where settlement_id = ? and period_role = 'measured'
        group by category_name_sv, category_order order by category_order
    """
    assert table(follow_up["T11 utförare riket"]) == release.rows(of_nation, [settlement])
    by_month = table(follow_up["T12 utförare per månad"])
    assert sum(row[3] for row in by_month if row[0] == "Gråstarr") == table(follow_up["T11 utförare riket"])[0][2]
    query = """
        select region_name, sum(eligible_operations)::bigint, sum(earned_supplement_kr)::bigint, any_value(cap_kr)
        from marts.grant_earnings
        inner join marts.supplement_earnings using (settlement_id, region_code, category_id, eligible_operations)
        inner join marts.grant_allocations using (settlement_id, region_code)
        inner join seeds.regions using (region_code)
        where settlement_id = ? group by region_name order by region_name
    """
    caps = table(follow_up["T15 läge mot taket"])
    assert [row[:4] for row in caps[:-1]] == release.rows(query, [settlement])
    assert caps[-1][3] == 750_000_000
    notes = [cell.value for cell in follow_up["T15 läge mot taket"]["A"] if cell.value]
    assert any("på någon rad: Intjänat hittills (kr)" in note for note in notes), (
        "no column without a figure, and it is said"
    )


def test_no_column_of_figures_is_empty_in_every_row(workbooks: dict[str, Workbook]) -> None:
    """A table without any figure keeps its columns."""
    assert len(workbooks) > 20
    for name, workbook in workbooks.items():
        for sheet in (sheet for sheet in workbook if sheet.tables):
            columns = [
                column for column in zip(*table(sheet), strict=True) if not any(isinstance(v, str) for v in column)
            ]
            empty = [all(value is None for value in column) for column in columns]
            assert all(empty) or not any(empty), (name, sheet.title)


def assert_comparison(pages: list[Rows], categories: list[str], expected: Rows) -> None:
    """Pages of three categories have the figures of rows of county and category."""
    figures = {(code, category): rest for code, category, *rest in expected}
    for page, rows in enumerate(pages):
        for row in rows:
            for place, category in enumerate(categories[3 * page : 3 * page + 3]):
                before, *others = figures[row[0][:2], category]
                printed = int(Decimal(str(before)).quantize(Decimal(1), ROUND_HALF_UP))
                found = [plain(value) for value in row[1 + 3 * place : 4 + 3 * place]]
                assert found == [printed, *map(plain, others)]


def test_rounds_that_run_at_the_same_time_are_followed_up_together(release: Release, tmp_path: Path) -> None:
    own = Release(release.connection, release.record_text)
    own.__dict__["newest"] = [own.settlements[f"2025_{name}_through_08"] for name in ("additional", "block2")]
    write_follow_up(own, tmp_path)
    (path,) = tmp_path.iterdir()
    assert path.name == "uppfoljning_2025-09-15.xlsx"
    workbook = load_workbook(path)
    titles = [workbook[name]["A1"].value for name in workbook.sheetnames[2:-2]]
    assert len(set(titles)) == len(titles)
    assert sum("mot föregående år" in title for title in titles) == 2
    assert sum("jämförelseårens" in title for title in titles) == 1, "block 2 has no baseline"
    assert {row[0] for row in table(workbook["Alla antal"])} == {"2025_additional_through_08", "2025_block2_through_08"}


def test_the_tidy_sheets_are_the_counts(release: Release, report: Workbook, follow_up: Workbook) -> None:
    for workbook in (report, follow_up):
        rows = table(workbook["Alla antal"])
        settlements = sorted({row[0] for row in rows})
        expected = release.rows(
            """
            select settlement_id, cutoff_date, if(region_code = '00', '99', region_code), category_id, operation_month,
                operations, operations_year_before
            from marts.monthly_follow_up inner join seeds.settlements using (settlement_id)
            inner join seeds.categories using (category_id)
            where list_contains(?, settlement_id)
            order by settlement_id, if(region_code = '00', '99', region_code), category_order, operation_month
            """,
            [settlements],
        )
        found = [(row[0], plain(row[1]), row[2].replace("00", "99"), row[4], plain(row[6]), *row[7:9]) for row in rows]
        assert found == expected
        area = workbook["Alla antal"].print_area
        assert area.endswith("$3"), "not printed but for its heading"


def test_the_sheets_of_the_words_are_what_each_reading_moves(release: Release, report: Workbook) -> None:
    settlements = dict(release.rows("select settlement_name_sv, settlement_id from seeds.settlements"))
    by_size = table(report["Vad orden är värda"])
    found = [(settlements[row[0]], *row[1:3], *row[4:8]) for row in by_size]
    shown = sorted({row[0] for row in found})
    expected = release.rows(
        """
        with sums as (
            select
                settlement_id, reading_id, count(*) = count(difference_kr) as is_known,
                sum(difference_kr)::bigint as difference, sum(performance_kr)::bigint as performance,
                count(*) filter (where difference_kr > 0) as gaining,
                count(*) filter (where difference_kr < 0) as losing
            from marts.reading_effects where list_contains(?, settlement_id) group by all
        )
        select
            settlement_id, reading_name_sv, rule_id, if(is_known, difference, null), if(is_known, performance, null),
            if(is_known, gaining, null), if(is_known, losing, null)
        from sums inner join seeds.readings using (reading_id)
        where variant != 'as_implemented'
        order by settlement_id, if(is_known, abs(difference), null) desc nulls last, reading_order
        """,
        [shown],
    )
    assert found == expected
    assert ("2025_additional_payment", "Jämförelseåren lika färska som mätåret", 65_433_789) in {
        (row[0], row[1], row[3]) for row in found
    }
    sums: dict[tuple[str, str], int] = {}
    for settlement, reading, region, difference, _ in table(report["Orden per region"]):
        if region != "Summa" and difference is not None:
            sums[settlement, reading] = sums.get((settlement, reading), 0) + difference
    for settlement, reading, *_, difference, _, gaining, losing, _, _ in by_size:
        if gaining or losing:
            assert sums[settlement, reading] == difference, (settlement, reading)


REGIONAL = {
    "T1 hittills": """
        select category_name_sv, operations_so_far, operations_year_before_so_far, change_year_before_so_far_percent,
            baseline_mean_so_far, change_baseline_so_far_percent
        from marts.monthly_follow_up inner join seeds.categories using (category_id)
        where settlement_id = $1 and region_code = $2
            and operation_month = (select max(operation_month) from marts.operation_counts where settlement_id = $1)
        order by category_order
    """,
    "T2 månad för månad": """
        select category_name_sv, operation_month, operations, operations_year_before, change_year_before_percent,
            baseline_mean, change_baseline_percent, operations_so_far
        from marts.monthly_follow_up inner join seeds.categories using (category_id)
        where settlement_id = $1 and region_code = $2 order by category_order, operation_month
    """,
    "T3 läge mot taket": """
        select region_name, months_measured, months_to_come, sum(eligible_operations)::bigint,
            sum(earned_supplement_kr)::bigint, cap_kr
        from marts.region_standing
        inner join marts.supplement_earnings using (settlement_id, region_code)
        inner join seeds.regions using (region_code)
        where settlement_id = $1 and region_code = $2 group by all
    """,
    "T4 läge per kategori": """
        select category_name_sv, operations, baseline_operations, eligible_operations, operations_below_baseline,
            eligible_operations * 4000
        from marts.grant_earnings
        inner join marts.standing_by_category using (settlement_id, region_code, category_id, operations)
        inner join seeds.categories using (category_id)
        where settlement_id = $1 and region_code = $2 order by category_order
    """,
    "T5 prognos": """
        select category_name_sv, operations, completed_operations, eligible_operations, completed_eligible_operations,
            completed_eligible_operations * 4000, projected_operations
        from marts.grant_earnings
        inner join marts.standing_by_category using (settlement_id, region_code, category_id, operations)
        inner join intermediate.int_grants_completed using (settlement_id, region_code, category_id)
        inner join seeds.categories using (category_id)
        where settlement_id = $1 and region_code = $2 order by category_order
    """,
    "T6 inte räknat": """
        select category_name_sv, reason_sv, rule, if(count(*) >= 5, count(*), null)
        from intermediate.int_contacts_not_counted
        inner join seeds.categories using (category_id)
        inner join seeds.decision_reasons using (reason)
        where settlement_id = $1 and region_code = $2
        group by category_name_sv, category_order, reason_sv, rule, reason_order order by category_order, reason_order
    """,
    "T7 inte räknat per sjukhus": """
        select category_name, row_name, hospital_name, contacts
        from marts.table_excluded
        where settlement_id = $1 and region_code = $2 and hospital_code != 'all'
        order by category_order, reason_order, hospital_name
    """,
    "T8 inrapportering": """
        select category_name_sv, operation_month, operations, if(is_not_delivered, 'nej', 'ja'),
            expected_completeness_percent, late_operations, late_percent
        from marts.count_quality inner join seeds.categories using (category_id)
        where settlement_id = $1 and region_code = $2 and period_role = 'measured'
        order by category_order, operation_month
    """,
    "T9 täckning": """
        select list_name_sv, category_name_sv, operations, in_both, list_only,
            if(least(nullif(received_after_cutoff, 0), nullif(not_in_register, 0)) < 5, null, received_after_cutoff),
            register_only, share_of_either_percent, share_of_list_percent, estimated_operations, estimate_low,
            estimate_high
        from marts.coverage_by_period inner join seeds.categories using (category_id)
        inner join seeds.coverage_lists using (list_id)
        where settlement_id = $1 and region_code = $2 and period_role = 'measured'
    """,
    "Sjukhus": """
        select category_name_sv,
            case when is_suppressed then 'Övriga, sammanräknade'
                else coalesce(hospital_name, 'Okänt sjukhus') || ' (' || hospital_code || ')' end,
            operations
        from marts.hospital_operations_disclosed inner join seeds.categories using (category_id)
        where settlement_id = $1 and region_code = $2
        order by category_order, is_suppressed, operations desc, hospital_code
    """,
}


def test_each_region_gets_its_figures(release: Release, mailing: dict[str, Workbook]) -> None:
    (settlement,) = [newest.settlement_id for newest in release.newest]
    assert list(mailing) == [code for (code,) in release.rows("select region_code from seeds.regions order by 1")]
    for code, workbook in mailing.items():
        assert workbook.sheetnames == ["Omslag", "Förklaringar", *REGIONAL, "Saknas"]
        for sheet, query in REGIONAL.items():
            expected = release.rows(query, [settlement, code])
            found = table(workbook[sheet])
            assert len(found) == len(expected)
            for row, own in zip(found, expected, strict=True):
                assert [plain(value) for value in row[: len(own)]] == [printed(value) for value in own], (code, sheet)


def test_a_region_is_told_of_no_other(release: Release, mailing: dict[str, Workbook]) -> None:
    names = dict(release.rows("select region_code, region_name from seeds.regions"))
    for code, workbook in mailing.items():
        texts = {str(cell.value) for sheet in workbook for row in sheet for cell in row if cell.value is not None}
        assert any(names[code] in text for text in texts)
        for other in set(names) - {code}:
            assert not any(names[other] in text for text in texts), (code, other)


def test_no_small_count_of_a_hospital_goes_out(mailing: dict[str, Workbook]) -> None:
    shown = [
        row for workbook in mailing.values() for row in table(workbook["Sjukhus"]) if "sammanräknade" not in row[1]
    ]
    assert shown
    assert min(row[2] for row in shown) >= 5
    excluded = [row[3] for workbook in mailing.values() for row in table(workbook["T7 inte räknat per sjukhus"])]
    assert min(excluded) >= 5


def test_every_table_says_which_settlement_cutoff_and_run(release: Release, workbooks: dict[str, Workbook]) -> None:
    number = release.record["number"]
    for name, workbook in workbooks.items():
        for sheet in workbook.worksheets[2:]:
            texts = [str(row[0].value) for row in sheet if row[0].value]
            assert f"Körning {number}," in sheet["A3"].value, (name, sheet.title)
            assert any(re.search(r"Avräkning: .", text) for text in texts), (name, sheet.title)
            # the equal share has no cut-off
            if sheet.title != "Bilaga 2 tabell 1":
                assert any(re.search(r"inrapportering t\.o\.m\. \d+ \w+ 20\d\d", text) for text in texts)
            assert ("EXEMPELDATA" in sheet["A3"].value) == release.is_sample


def test_one_word_for_one_thing(exported: Path, workbooks: dict[str, Workbook]) -> None:
    """The words of the word list, but for the titles that a report has printed and what says so."""
    for workbook in workbooks.values():
        for sheet in workbook:
            said = [cell.value for row in sheet for cell in row if isinstance(cell.value, str)]
            for pattern, instead in swedish.words_not_used().items():
                wrong = [text for text in said if re.search(pattern, text, re.IGNORECASE)]
                assert [text for text in wrong if "ilag" not in text and not re.search("_", text)] == [], instead
    package = json.loads((exported / "open_data/datapackage.json").read_text(encoding="utf-8"))
    titles = " ".join(resource["title"] for resource in package["resources"]) + package["description"]
    assert [word for word in swedish.words_not_used() if re.search(word, titles, re.IGNORECASE)] == []


def test_sheets_are_laid_out_as_statistics(workbooks: dict[str, Workbook]) -> None:
    for workbook in workbooks.values():
        for sheet in workbook:
            assert not sheet.merged_cells.ranges
            assert sheet["A1"].value
            assert sheet.page_setup.orientation == "landscape"
            assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
        for sheet in workbook.worksheets[1:]:
            assert sheet.freeze_panes == f"B{HEADER_ROW + 1}"
            assert sheet.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"
        links = [cell.hyperlink.location for row in workbook["Omslag"] for cell in row if cell.hyperlink]
        assert links == [f"'{name}'!A1" for name in workbook.sheetnames[1:]]


def test_no_text_becomes_a_formula_or_a_link(release: Release, exported: Path, tmp_path: Path) -> None:
    for path in exported.rglob("*.xlsx"):
        with zipfile.ZipFile(path) as archive:
            assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "/sheet" in name), path.name
    hostile = ["=1+1", "@SUM(A1)", "+1", "-1", "https://example.org", '=HYPERLINK("x")', "12"]
    sheet = Table(
        "Sjukhus",
        "=titel",
        (),
        [SheetColumn("=namn", "text"), SheetColumn("Antal")],
        [(text, None) for text in hostile],
        "=källa",
        has_total=False,
    )
    write_workbook(release, tmp_path / "hostile.xlsx", Cover("=omslag", "=under"), [sheet], [])
    found = load_workbook(tmp_path / "hostile.xlsx")["Sjukhus"]
    assert [row[0] for row in table(found)] == hostile
    assert {cell.data_type for (cell,) in found["A1:A13"]} == {"s"}


def test_a_spreadsheet_takes_no_csv_text_for_a_formula(release: Release, tmp_path: Path) -> None:
    texts = ["=1+1", "@x", "+1", "-1", "\tx", "plain", "", None]
    with duckdb.connect() as connection:
        connection.execute("create schema marts; create table marts.names (name varchar)")
        connection.executemany("insert into marts.names values (?)", [[text] for text in texts])
        names = OpenTable(
            "names", "Namn", "Names.", "Namn.", "marts.names", False, (Column("name", "string", "", "", False, ()),), ()
        )
        own = Release(connection, release.record_text)
        own.__dict__["publication"] = release.publication
        write_open_files(own, [names], tmp_path)
    csv = duckdb.sql(
        f"select name from read_csv('{tmp_path}/csv/names.csv', header = true, all_varchar = true)"
    ).fetchall()
    parquet = duckdb.sql(f"select name from '{tmp_path}/parquet/names.parquet'").fetchall()
    assert {name for (name,) in csv if name} == {"'=1+1", "'@x", "'+1", "'-1", "'\tx", "plain"}
    assert {name for (name,) in parquet} == set(texts)


def test_csv_and_parquet_hold_the_marts(release: Release, exported: Path) -> None:
    tables = open_tables(release, MANIFEST)
    assert {"operation_counts", "grant_allocations", "settlements"} <= {found.name for found in tables}
    for found in tables:
        names = ", ".join(f'"{column.name}"' for column in found.columns)
        types = ", ".join(f"'{column.name}': '{column.data_type}'" for column in found.columns)
        folder = exported / "open_data"
        reading = f"header = true, delim = ',', quote = '\"', columns = {{{types}}}"
        csv = f"read_csv('{folder}/csv/{found.name}.csv', {reading})"
        content = f"select count(*), sum(hash(found)) from (select {names} from {{}}) as found"
        mart = release.rows(content.format(found.relation))
        for source in (csv, f"'{folder}/parquet/{found.name}.parquet'"):
            assert release.rows(content.format(source)) == mart, (found.name, source)


def test_the_csv_of_excel_holds_the_same_as_a_swedish_spreadsheet_reads_it(release: Release, exported: Path) -> None:
    """As Excel reads: semicolons, a comma before decimals, a formula for what is text that looks like a number."""
    for found in open_tables(release, MANIFEST):
        content = (exported / "open_data" / "csv_excel" / f"{found.name}.csv").read_bytes()
        assert content.startswith(codecs.BOM_UTF8), found.name
        header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
        assert header == [column.name for column in found.columns]
        plain = (exported / "open_data" / "csv" / f"{found.name}.csv").read_text(encoding="utf-8")
        expected = list(csv.reader(io.StringIO(plain)))[1:]
        kinds = [column.data_type for column in found.columns]
        assert [[as_read(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in rows] == expected, (
            found.name
        )
    texts = (exported / "open_data" / "csv_excel" / "regions.csv").read_text(encoding="utf-8-sig")
    assert '"=""01""";' in texts, "Excel would show 1"


def test_what_is_not_known_is_empty_in_the_csv_of_excel(release: Release, tmp_path: Path) -> None:
    kinds = {"word": "string", "is_so": "boolean", "share": "decimal(9,1)", "day": "date", "number": "bigint"}
    with duckdb.connect() as connection:
        connection.execute(
            "create schema marts; create table marts.t as "
            "select '007' as word, true as is_so, 1.5 as share, date '2026-01-31' as day, -2 as number "
            "union all select null, null, null, null, null union all select '=x', false, -0.1, date '2026-02-01', 3"
        )
        columns = tuple(Column(name, kind, "", "", False, ()) for name, kind in kinds.items())
        table = OpenTable("t", "T", "T.", "T.", "marts.t", False, columns, ())
        own = Release(connection, release.record_text)
        write_excel_files(own, [table], tmp_path)
    content = (tmp_path / "csv_excel" / "t.csv").read_text(encoding="utf-8-sig")
    assert list(csv.reader(io.StringIO(content), delimiter=";")) == [
        list(kinds),
        ['="007"', "SANT", "1,5", "2026-01-31", "-2"],
        ["'=x", "FALSKT", "-0,1", "2026-02-01", "3"],
        [""] * 5,
    ]


def as_read(value: str, kind: str) -> str:
    """A value of the CSV for Excel as the other CSV has it."""
    if kind.startswith("decimal"):
        assert "." not in value
        return value.replace(",", ".")
    if kind == "boolean":
        return {"SANT": "true", "FALSKT": "false"}.get(value, value)
    told = re.fullmatch('="(0[0-9]+)"', value)
    assert told or not re.fullmatch("0[0-9]+", value)
    return told[1] if told else value


def test_what_stays_is_in_no_file(release: Release, exported: Path) -> None:
    nodes = json.loads(MANIFEST.read_text(encoding="utf-8"))["nodes"].values()
    models = {node["name"]: node for node in nodes if node["resource_type"] == "model"}
    files = {
        path.stem for kind in ("csv", "csv_excel", "parquet") for path in (exported / "open_data" / kind).iterdir()
    }
    closed = {name for name, node in models.items() if not node["config"]["meta"].get("open_data")}
    assert {"contact_decisions", "operations_by_hospital", "quarantined_rows"} <= closed
    assert not files & closed
    for path in (exported / "open_data" / "csv").iterdir():
        header = path.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
        assert not {"contact_key", "contact_row_key", "operation_key", "person_key"} & set(header)
        if path.stem in models:
            columns = models[path.stem]["columns"]
            assert header == [name for name in columns if columns[name]["config"]["meta"].get("open_data", True)]
    counts = (exported / "open_data/csv/operation_counts.csv").read_text(encoding="utf-8")
    assert "operations_private" not in counts


def test_the_data_package_describes_every_csv(exported: Path) -> None:
    folder = exported / "open_data"
    report = Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])[:5]
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert {resource["path"] for resource in package["resources"]} == {
        f"csv/{p.name}" for p in (folder / "csv").iterdir()
    }
    for resource in package["resources"]:
        assert resource["hash"] == f"sha256:{sha256(folder / resource['path'])}"
        # what is public has a Swedish text: that of its contract, or in vardkoer/reading/descriptions_sv.json
        assert not resource["description"].startswith(" "), resource["name"]
        untold = [field["name"] for field in resource["schema"]["fields"] if not field["description"]]
        assert untold == [], resource["name"]
    counts = next(found for found in package["resources"] if found["name"] == "operation_counts")
    assert counts["schema"]["primaryKey"] == ["settlement_id", "region_code", "category_id", "operation_month"]
    assert {key["reference"]["resource"] for key in counts["schema"]["foreignKeys"]} == {"settlements", "categories"}


def test_px_comes_back_as_the_mart(release: Release, exported: Path) -> None:
    files = sorted((exported / "open_data/px").iterdir())
    assert files[0].name == "operationer_2025_block2_followup.px"
    for path in files:
        raw = path.read_bytes()
        assert raw.count(b"\n") == raw.count(b"\r\n")
        assert max(len(line) for line in raw.split(b"\r\n")) <= 256
        cube = pyaxis.parse(str(path), encoding="windows-1252")
        figures = {(row["hemregion"], row["kategori"], row["månad"]): row["DATA"] for _, row in cube["DATA"].iterrows()}
        expected = release.rows(
            """
            select coalesce(report_name, 'Riket'), category_name_sv, strftime(operation_month, '%YM%m'), operations
            from marts.monthly_follow_up
            inner join seeds.categories using (category_id) left join seeds.regions using (region_code)
            where settlement_id = ?
            """,
            [path.stem.removeprefix("operationer_")],
        )
        assert figures == {tuple(key): ".." if value is None else str(value) for *key, value in expected}
        metadata = cube["METADATA"]
        assert {"MATRIX", "SUBJECT-CODE", "SUBJECT-AREA", "TITLE", "CONTENTS", "UNITS", "DECIMALS"} <= set(metadata)
        assert metadata["TIMEVAL(månad)"] == [month.replace("M", "") for month in metadata["VALUES(månad)"]]
        assert "inrapportering t.o.m." in " ".join(metadata["NOTE"])


def test_the_catalogue_has_what_dcat_ap_se_requires(release: Release, exported: Path) -> None:
    folder = exported / "open_data"
    graph = Graph().parse(folder / "catalog.ttl")
    (catalogue,) = graph.subjects(rdflib.RDF.type, rdflib.DCAT.Catalog)
    required = {
        catalogue: (
            rdflib.DCTERMS.title,
            rdflib.DCTERMS.description,
            rdflib.DCTERMS.publisher,
            rdflib.DCAT.dataset,
            rdflib.DCTERMS.license,
        ),
        **dict.fromkeys(graph.subjects(rdflib.RDF.type, rdflib.FOAF.Agent), (rdflib.FOAF.name, rdflib.DCTERMS.type)),
        **dict.fromkeys(graph.subjects(rdflib.RDF.type, VCARD.Organization), (VCARD.fn, VCARD.hasEmail)),
    }
    data_sets = set(graph.subjects(rdflib.RDF.type, rdflib.DCAT.Dataset))
    required |= dict.fromkeys(
        data_sets,
        (
            rdflib.DCTERMS.title,
            rdflib.DCTERMS.description,
            rdflib.DCTERMS.publisher,
            rdflib.DCAT.contactPoint,
            rdflib.DCAT.distribution,
        ),
    )
    distributions = set(graph.subjects(rdflib.RDF.type, rdflib.DCAT.Distribution))
    required |= dict.fromkeys(
        distributions, (rdflib.DCAT.accessURL, rdflib.DCAT.byteSize, rdflib.DCTERMS.license, rdflib.DCTERMS.format)
    )
    for subject, properties in required.items():
        for found in properties:
            assert (subject, found, None) in graph, (subject, found)
    assert data_sets == set(graph.objects(catalogue, rdflib.DCAT.dataset))
    assert distributions == set(graph.objects(None, rdflib.DCAT.distribution))
    base = release.publication["base_url"]
    described = set()
    for distribution in distributions:
        path = folder / str(graph.value(distribution, rdflib.DCAT.downloadURL)).removeprefix(base)
        checksum = graph.value(distribution, SPDX.checksum)
        assert graph.value(distribution, rdflib.DCAT.byteSize).toPython() == path.stat().st_size
        assert str(graph.value(checksum, SPDX.checksumValue)) == sha256(path)
        described.add(path)
    files = {path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".json", ".ttl")}
    assert described == files
    counts = URIRef(f"{base}catalog.ttl#operation_counts")
    assert len(set(graph.objects(counts, rdflib.DCAT.distribution))) == 3


def test_libreoffice_opens_the_workbooks(exported: Path, workbooks: dict[str, Workbook], tmp_path: Path) -> None:
    office = shutil.which("soffice")
    assert office, "LibreOffice is missing: apt-get install --no-install-recommends libreoffice-calc"
    sources = [exported / "open_data/workbooks/statsbidrag_2025.xlsx", *(exported / "regions").glob("09_*.xlsx")]
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path), *map(str, sources)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    for source in sources:
        sheets = workbooks[source.name].worksheets
        pages = PdfReader(tmp_path / f"{source.stem}.pdf").pages
        assert len(pages) >= len(sheets), "each sheet begins a page"
        texts = [page.extract_text().replace("\u00a0", " ") for page in pages[: len(sheets) + 4]]
        for sheet in sheets:
            assert any(sheet["A1"].value in text for text in texts), (source.name, sheet.title)
        assert not any("###" in text or "Err:" in text for text in texts), "every figure has room"
        if source == sources[0]:
            (page,) = [text for text in texts if "Tabell 1. Antal gråstarrsoperationer" in text and "99 Riket" in text]
            assert "11 962 13 535 11 488" in page, "with thousands set apart, whatever the language of the program"


def test_the_same_warehouse_makes_the_same_files(release: Release, exported: Path, tmp_path: Path) -> None:
    exports.write_all(release, MANIFEST, tmp_path)
    assert contents(tmp_path) == contents(exported)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def contents(folder: Path) -> dict[str, str]:
    """The hash of every file, by its path."""
    return {str(path.relative_to(folder)): sha256(path) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """An export of a single file."""

    def write(release: Release, manifest: Path, folder: Path) -> None:
        (folder / "open_data").mkdir()
        (folder / exports.CATALOGUE).write_text(f"written {len(list(folder.parent.iterdir()))}", encoding="utf-8")

    monkeypatch.setattr(exports, "write_all", write)


@pytest.mark.usefixtures("quick")
def test_a_new_export_takes_the_place_of_the_last_in_one_step(tmp_path: Path) -> None:
    output = tmp_path / "deep" / "exports"
    exports.export(output)
    (output / "open_data" / "of_last_month.csv").touch()
    (output.parent / ".exports.candidate" / "left by a killed export").mkdir(parents=True)
    exports.export(output)
    assert [path.name for path in (output / "open_data").iterdir()] == ["catalog.ttl"]
    assert [path.name for path in output.parent.iterdir()] == ["exports"], "nothing is left beside it"


@pytest.mark.usefixtures("quick")
def test_an_export_killed_between_two_renames_is_put_back(tmp_path: Path) -> None:
    output = tmp_path / "exports"
    exports.export(output)
    before = contents(output)
    output.rename(tmp_path / ".exports.last")
    exports.recover(output, tmp_path / ".exports.last")
    assert contents(output) == before
    assert [path.name for path in tmp_path.iterdir()] == ["exports"]


@pytest.mark.usefixtures("quick")
def test_a_failed_export_leaves_the_last_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "exports"
    exports.export(output)
    before = contents(output)

    def full_disk(release: Release, manifest: Path, folder: Path) -> None:
        (folder / "half").write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exports, "write_all", full_disk)
    assert exports.write_exports(output) == 1
    assert "No space left on device; the last export stays" in capsys.readouterr().err
    assert contents(output) == before
    assert [path.name for path in tmp_path.iterdir()] == ["exports"]


@pytest.mark.usefixtures("quick")
def test_nothing_but_an_export_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(ExportError, match="holds something that is no export"):
        exports.export(tmp_path)
    with pytest.raises(ExportError, match="is no folder"):
        exports.export(tmp_path / "thesis.docx")
    assert (tmp_path / "thesis.docx").exists()


def test_what_is_missing_is_named_with_its_remedy(release: Release, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="there is no warehouse; make build makes one"):
        open_release(tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(tmp_path / "unrecorded.duckdb")):
        pass
    with pytest.raises(ExportError, match="holds no record"):
        open_release(tmp_path / "unrecorded.duckdb")
    with pytest.raises(ExportError, match="no description of the marts; make build"):
        open_tables(release, tmp_path / "manifest.json")
    (tmp_path / "damaged.duckdb").write_text("no database")
    with pytest.raises(WarehouseError, match="cannot be read"):
        open_release(tmp_path / "damaged.duckdb")
