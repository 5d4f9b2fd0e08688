"""A region's own extract has one answer everywhere: database, workbook, PX, site, PostgreSQL and on the screen."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from extracts import GOOD_ROW, DeliveryFile, numbered_person, write_extract
from openpyxl import load_workbook
from partial_extracts import MONTHS, files_of, month_rows
from postgres_server import running_server
from pyaxis import pyaxis
from report_html import Page, parsed
from shared_dbt import dbt_settings, environment
from test_partial_extracts import hips, last_delivery

from vardkoer.exports import write_all
from vardkoer.exports.postgres import publish
from vardkoer.paths import PROJECT
from vardkoer.reading.explain import explain_amount
from vardkoer.reading.release import open_release
from vardkoer.report.marts import Marts
from vardkoer.report.pages import render

HALLAND, STOCKHOLM, KALMAR = "13", "01", "08"
SETTLEMENT = "2025_additional_payment"
ALLOCATED = 6 * 108_000


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a build: Halland delivered every month of the rounds of 2025, and did six hips more than before. Of
    Stockholm there are 24 cataracts of outpatient care, reported to August, and nothing else; Kalmar has the months of
    2025 and six hips, and no year before."""
    folder = tmp_path_factory.mktemp("own")
    hips_of_july = DeliveryFile("sv", hips(HALLAND, "2025-07", 6, "2025-08-10"))
    cataracts = [
        GOOD_ROW
        | {"vardkontakt_id": f"S{number}", "personnummer": numbered_person(500 + number), "lkf": STOCKHOLM}
        | {"indatum": "2025-07-10", "inrapporterad": "2025-08-10"}
        for number in range(24)
    ]
    of_2025 = [month for month in MONTHS if month.startswith("2025")]
    kalmar = [
        row | {"personnummer": numbered_person(700 + number)}
        for number, row in enumerate(hips(KALMAR, "2025-07", 6, "2025-08-10"))
    ]
    months = files_of([*month_rows(HALLAND), *month_rows(KALMAR, of_2025)])
    files = [*months, hips_of_july, DeliveryFile("sv", kalmar), DeliveryFile("ov", cataracts), last_delivery()]
    par_path = write_extract(files, folder / "par")
    with environment(dbt_settings(folder, par_path)):
        result = subprocess.run(
            [sys.executable, "-m", "vardkoer", "build"], cwd=PROJECT, capture_output=True, text=True, check=False
        )
    assert result.returncode == 0, result.stdout + result.stderr
    (folder / "screen").write_text(result.stdout, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def exported(built: Path) -> Iterator[Path]:
    folder = built / "exported"
    folder.mkdir()
    release = open_release(built / "warehouse.duckdb")
    with release.connection:
        write_all(release, built / "target" / "manifest.json", folder)
        yield folder


def page(built: Path, name: str) -> Page:
    return parsed(name, render(Marts(built / "warehouse.duckdb"), name))


def test_the_marts(built: Path) -> None:
    with duckdb.connect(str(built / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select allocated_kr, status, count(*) from marts.grant_allocations where settlement_id = ? group by all "
            "order by all",
            [SETTLEMENT],
        ).fetchall()
        # what there is of Stockholm is decided, and is not all
        decided = connection.execute(
            "select count(*) from marts.contact_decisions where settlement_id = ? and decision = 'counted' "
            "and region_code = ?",
            [SETTLEMENT, STOCKHOLM],
        ).fetchall()
    assert rows == [(ALLOCATED, "final", 1), (None, "provisional", 20)]
    assert decided == [(24,)]


def test_a_workbook(exported: Path) -> None:
    workbook = load_workbook(exported / "open_data/workbooks/statsbidrag_2025.xlsx")
    rows = {row[0]: row[1:] for row in workbook["Bilaga 1 tabell 1"].iter_rows(values_only=True) if row[0]}
    assert rows["Region Halland"][2] == ALLOCATED
    assert rows["Region Stockholm"][1:] == ("..", "..", "..")
    # what a region has of its own baseline decides, not what it did
    assert rows["Region Kalmar län"][2] == ".."
    assert rows["Summa"][2] == ".."
    months = {row[0]: row[1:] for row in workbook["Bilaga 3 tabell 3"].iter_rows(values_only=True) if row[0]}
    assert months["13 Halland*"] == (0, 0, 0, 0, 0, 6, 0, 0, 0)
    assert set(months["01 Stockholm"]) == set(months["99 Riket"]) == {".."}


def test_a_cube(exported: Path) -> None:
    path = str(exported / "open_data/px/operationer_2025_block2_followup.px")
    # as written, where the reader would give none
    cube = pyaxis.parse(path, encoding="windows-1252", sd_values="^$")
    figures = {
        (row["hemlän"], row["månad"]): row["DATA"]
        for _, row in cube["DATA"].iterrows()
        if row["operationstyp"] == "Höftledsprotes"
    }
    assert (figures["Halland", "2025M07"], figures["Halland", "2025M08"]) == ("6", "0")
    assert (figures["Kalmar", "2025M07"], figures["Kalmar", "2025M08"]) == ("6", "0")
    assert {value for (county, _), value in figures.items() if county not in ("Halland", "Kalmar")} == {'".."'}


def test_the_site(built: Path) -> None:
    for name in ("index.html", "statsbidrag.html", "operationer.html", "utforare.html", "region-01.html"):
        shown = page(built, name)
        assert "Underlaget omfattar inte alla regioner" in " ".join(shown.prose), name
        assert "Månader är levererade från Region Kalmar län och Region Halland." in " ".join(shown.prose), name
        for figure in shown.figures:
            key = dict(figure.key)
            counted = figure.mart in ("grant_allocations", "monthly_follow_up", "operation_counts", "region_standing")
            by_reports = "published" in str(key.get("settlement_id")) or key.get("settlement_id") == "2025_block1"
            from_decision = figure.column in ("cap_kr", "months_measured", "months_to_come")
            if counted and key.get("region_code") in (STOCKHOLM, "00") and not by_reports and not from_decision:
                assert figure.value is None, (name, figure)
    own = page(built, f"varfor/{SETTLEMENT}-{HALLAND}.html")
    assert Decimal(ALLOCATED) in [figure.value for figure in own.figures if figure.column == "allocated_kr"]
    assert "Vad som saknas" not in " ".join(own.prose)
    for region in (STOCKHOLM, KALMAR):
        other = page(built, f"varfor/{SETTLEMENT}-{region}.html")
        assert {figure.value for figure in other.figures if figure.column == "allocated_kr"} == {None}
    other = page(built, f"varfor/{SETTLEMENT}-{STOCKHOLM}.html")
    assert "månad är inte levererad till patientregistret" in " ".join(other.prose).lower()
    amounts = page(built, f"region-{STOCKHOLM}.html")
    assert ".." in [figure.text for figure in amounts.figures if figure.column == "allocated_kr"]


def test_postgresql(built: Path) -> None:
    query = (
        "select region_code, allocated_kr, status from marts.grant_allocations "
        f"where settlement_id = '{SETTLEMENT}' and region_code in ('{STOCKHOLM}', '{KALMAR}', '{HALLAND}') order by 1"
    )
    with running_server() as server:
        publish(built / "warehouse.duckdb", built / "target" / "manifest.json", server.dsn)
        assert server.psql(query).stdout.split() == ["01||provisional", "08||provisional", f"13|{ALLOCATED}|final"]


def test_the_screen(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    screen = (built / "screen").read_text(encoding="utf-8")
    assert f"{SETTLEMENT:<28}{'known for 1 of 21 regions':>26}  provisional, final for 1 of them" in screen
    missing = f"missing in {SETTLEMENT} (round 2025_additional): month"
    assert f"{missing} not delivered: 19 regions, 2025-06-01" in screen
    assert f"{missing} of the baseline not delivered: 20 regions, 2022-06-01" in screen
    with duckdb.connect(str(built / "warehouse.duckdb"), read_only=True) as connection:
        explain_amount(connection, SETTLEMENT, HALLAND)
        explain_amount(connection, SETTLEMENT, STOCKHOLM)
    own, other = capsys.readouterr().out.split("final: 648 000\n")
    assert "allocated_kr: 648 000" in own
    assert "allocated_kr: ..   " in other
    assert "provisional: ..\n    baseline_not_delivered" not in other
    assert "provisional: .." in other
    assert "    month not delivered: 01, 2025-06-01\n" in other
