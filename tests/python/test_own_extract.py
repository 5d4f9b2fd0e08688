"""A region's own extract has one answer everywhere: database, workbook, PX, site, PostgreSQL and on the screen.

So have a round whose rates are typed in and whose lists are not the agency's own, and one with all its terms that has
not begun.
"""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from extracts import GOOD_ROW, DeliveryFile, numbered_person, write_extract
from openpyxl import load_workbook
from partial_extracts import MONTHS, files_of, month_rows
from postgres_server import running_server
from project_copies import RATES_2026, ROUND_2027, add_rows, copy_of_project, fill_in
from pyaxis import pyaxis
from report_html import Page, parsed
from shared_dbt import Dbt, dbt_settings, environment
from test_partial_extracts import hips, last_delivery

from vardkoer.exports import write_all
from vardkoer.exports.postgres import publish
from vardkoer.reading.explain import explain_amount
from vardkoer.reading.release import open_release
from vardkoer.report.marts import Marts
from vardkoer.report.pages import render

MONTHS_2026 = [f"{year}-{month:02d}" for year in (2023, 2024, 2025, 2026) for month in range(1, 11)]
# Tables whose figures follow from counts.
COUNTED = ("table_amounts", "table_operations", "table_producers", "table_grants", "table_earnings")
HALLAND, STOCKHOLM, KALMAR = "13", "01", "08"
SETTLEMENT = "2025_additional_payment"
ALLOCATED = 6 * 108_000
# Four more hips than the mean of three years of which one had six.
EARNED_2026 = 4 * RATES_2026["hip_prosthesis"]
RATES_2027 = [
    {"round_id": "2027", "category_id": row["category_id"], "rate_kr": "15000"}
    for row in ROUND_2027["rules/round_categories.csv"]
]


@pytest.fixture(scope="module")
def built(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a build: Halland delivered every month of the rounds of 2025 and 2026, and did six hips in July of
    both. Of Stockholm there are 24 cataracts of outpatient care, reported to August, and nothing else; Kalmar has the
    months of 2025 and six hips, and no year before. Deliveries end when 2026 is paid for."""
    folder = tmp_path_factory.mktemp("own")
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
    files = [
        *files_of([*month_rows(HALLAND, sorted({*MONTHS, *MONTHS_2026})), *month_rows(KALMAR, of_2025)]),
        DeliveryFile("sv", hips(HALLAND, "2025-07", 6, "2025-08-10")),
        DeliveryFile("sv", hips(HALLAND, "2026-07", 6, "2026-08-10")),
        DeliveryFile("sv", kalmar),
        DeliveryFile("ov", cataracts),
        last_delivery("2026-11-20"),
    ]
    with environment(dbt_settings(folder, write_extract(files, folder / "par"))):
        report_colonoscopies(folder / "region_reports" / "halland.csv")
        result = subprocess.run(
            [*dbt.vardkoer, "build"],
            cwd=with_rates(copy_of_project(folder)),
            capture_output=True,
            text=True,
            check=False,
        )
    assert result.returncode == 0, result.stdout + result.stderr
    (folder / "screen").write_text(result.stdout, encoding="utf-8")
    return folder


def with_rates(project: Path) -> Path:
    """Rates of 2026 and no more of it; all of 2027."""
    rules = project / "seeds" / "rules"
    fill_in(rules / "grant_rates.csv", {"status": "final"}, rate_kr=RATES_2026)
    for file, rows in ({**ROUND_2027, "rules/grant_rates.csv": RATES_2027}).items():
        add_rows(project / "seeds" / file, [row | {"status": "final"} for row in rows])
    return project


def report_colonoscopies(path: Path) -> None:
    """Halland's own volumes for the round of 2026: as many each month."""
    header = "region_code;category_id;operation_month;operations;reported_date\n"
    rows = (f"{HALLAND};colonoscopy;{month}-01;100;2026-11-10\n" for month in MONTHS_2026)
    path.write_text(header + "".join(rows), encoding="utf-8")


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


def test_rounds_in_the_marts(built: Path) -> None:
    """Rates alone give an amount and do not settle it; a round that has not begun is not worth 0 kr."""
    with duckdb.connect(str(built / "warehouse.duckdb"), read_only=True) as connection:
        amounts = connection.execute(
            "select settlement_id, allocated_kr, status from marts.grant_allocations "
            "where settlement_id in ('2026_payment', '2027_payment') and region_code = ? order by 1",
            [HALLAND],
        ).fetchall()
        gaps = connection.execute(
            "select distinct settlement_id, gap from marts.settlement_gaps "
            "where settlement_id in ('2026_payment', '2027_payment') and coalesce(region_code, $1) = $1 order by all",
            [HALLAND],
        ).fetchall()
    assert amounts == [("2026_payment", EARNED_2026, "provisional"), ("2027_payment", None, "provisional")]
    assert gaps == [
        ("2026_payment", "code_list"),
        ("2026_payment", "round"),
        # regions share pots, so that one which is missing is missed by all
        ("2027_payment", "baseline_not_delivered"),
        ("2027_payment", "cutoff_not_reached"),
        ("2027_payment", "not_delivered"),
    ]


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


def test_rounds_in_workbooks_and_open_data(exported: Path) -> None:
    workbook = load_workbook(exported / "open_data/workbooks/uppfoljning_2026-11-15.xlsx")
    sheets = {str(sheet["A1"].value): list(sheet.iter_rows(values_only=True)) for sheet in workbook}
    (table,) = [rows for title, rows in sheets.items() if "Ersatta operationer, intjänat, tak och prognos" in title]
    earned = table[3].index("Intjänat hittills (kr)")
    amounts = {row[0]: row[earned] for row in table if row[0]}
    assert (amounts["Region Halland"], amounts["Region Stockholm"]) == (EARNED_2026, "..")
    for name, rows in sheets.items():
        text = "\n".join(str(value) for row in rows for value in row)
        assert "Preliminära uppgifter" in text, name
        assert "2027_payment" not in text, name
    missing = {(row[1], row[3]) for rows in sheets.values() for row in rows if row[0] == "2026 vid utbetalning"}
    assert {("kodlistan är inte myndighetens egen", "alla"), ("omgångens villkor är preliminära", "alla")} <= missing
    with (exported / "open_data/csv/grant_allocations.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["settlement_id"] == "2027_payment"]
    assert [(row["earned_kr"], row["allocated_kr"], row["status"]) for row in rows] == [("", "", "provisional")] * 21


def test_a_cube(exported: Path) -> None:
    figures = hips_in_cube(exported, "2025_block2_followup")
    assert (figures["Halland", "2025M07"], figures["Halland", "2025M08"]) == ("6", "0")
    assert (figures["Kalmar", "2025M07"], figures["Kalmar", "2025M08"]) == ("6", "0")
    assert {value for (county, _), value in figures.items() if county not in ("Halland", "Kalmar")} == {'".."'}


def test_rounds_in_cubes(exported: Path) -> None:
    """A round of which nothing is delivered has no cube, and so no 0."""
    figures = hips_in_cube(exported, "2026_payment")
    assert (figures["Halland", "2026M07"], figures["Halland", "2026M08"]) == ("6", "0")
    assert {value for (county, _), value in figures.items() if county != "Halland"} == {'".."'}
    assert "Preliminära uppgifter" in cube_path(exported, "2026_payment").read_text(encoding="windows-1252")
    assert not cube_path(exported, "2027_payment").exists()


def cube_path(exported: Path, settlement: str) -> Path:
    return exported / f"open_data/px/operationer_{settlement}.px"


def hips_in_cube(exported: Path, settlement: str) -> dict[tuple[str, str], str]:
    """The hips of a cube by county and month, as they are written, where the reader would give none."""
    cube = pyaxis.parse(str(cube_path(exported, settlement)), encoding="windows-1252", sd_values="^$")
    return {
        (row["hemregion"], row["månad"]): row["DATA"]
        for _, row in cube["DATA"].iterrows()
        if row["kategori"] == "Höftledsprotes"
    }


def test_the_site(built: Path) -> None:
    for name in ("index.html", "statsbidrag.html", "operationer.html", "utforare.html", "region-01.html"):
        shown = page(built, name)
        assert "Underlaget omfattar inte alla regioner" in " ".join(shown.prose), name
        assert "Månader är levererade från Region Kalmar län och Region Halland." in " ".join(shown.prose), name
        for figure in shown.figures:
            key = dict(figure.key)
            counted = figure.mart in COUNTED
            by_reports = "published" in str(key.get("settlement_id")) or key.get("settlement_id") == "2025_block1"
            # the equal share is the first column of what was paid
            by_reports = by_reports or (figure.mart == "table_grants" and key["column_order"] == 1)
            from_decision = figure.column in ("cap_kr", "rate_kr", "months_measured", "months_to_come")
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


def test_rounds_on_the_site(built: Path) -> None:
    why = page(built, f"varfor/2026_payment-{HALLAND}.html")
    assert Decimal(EARNED_2026) in [figure.value for figure in why.figures if figure.column == "allocated_kr"]
    prose = " ".join(why.prose)
    assert "(preliminär)" in prose
    assert "Kodlistan är inte myndighetens egen: framfall, gråstarr" in prose
    assert "Omgångens villkor är preliminära." in prose
    under_way = page(built, "pagaende.html")
    announced = " ".join(under_way.prose)
    assert "Beslutad och inte påbörjad: Kortare vårdköer 2027" in announced
    assert "Mätperiod: 1 januari 2027–31 oktober 2027." in announced
    assert "Månad är inte levererad till patientregistret (alla regioner), från 1 januari 2027." in announced
    assert [figure.value for figure in under_way.figures if figure.mart == "table_caps"] == [1_000_000] * 21
    for name in ("pagaende.html", f"region-{HALLAND}.html"):
        begun = [
            figure.value
            for figure in page(built, name).figures
            if dict(figure.key).get("settlement_id") == "2027_payment" and figure.column != "cap_kr"
        ]
        assert set(begun) <= {None}, name


def test_postgresql(built: Path) -> None:
    query = (
        "select settlement_id, region_code, allocated_kr, status from marts.grant_allocations "
        f"where settlement_id = '{SETTLEMENT}' and region_code in ('{STOCKHOLM}', '{KALMAR}', '{HALLAND}') "
        f"or settlement_id in ('2026_payment', '2027_payment') and region_code = '{HALLAND}' order by 1, 2"
    )
    with running_server() as server:
        publish(built / "warehouse.duckdb", built / "target" / "manifest.json", server.dsn)
        assert server.psql(query).stdout.split() == [
            f"{SETTLEMENT}|01||provisional",
            f"{SETTLEMENT}|08||provisional",
            f"{SETTLEMENT}|13|{ALLOCATED}|final",
            f"2026_payment|13|{EARNED_2026}|provisional",
            "2027_payment|13||provisional",
        ]


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


def test_rounds_on_the_screen(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    screen = (built / "screen").read_text(encoding="utf-8")
    assert f"{'2026_payment':<28}{'known for 1 of 21 regions':>26}  provisional\n" in screen
    assert f"{'2027_payment':<28}{'known for 0 of 21 regions':>26}  provisional\n" in screen
    assert "missing in 2026_payment (round 2026): round is provisional" in screen
    assert "missing in 2026_payment (round 2026): code list stands in for the agency's own: cataract, col" in screen
    assert "missing in 2027_payment (round 2027): reports end before the cut-off date: 2027-11-15" in screen
    with duckdb.connect(str(built / "warehouse.duckdb"), read_only=True) as connection:
        explain_amount(connection, "2026_payment", HALLAND)
        explain_amount(connection, "2027_payment", HALLAND)
    rates_alone, not_begun = capsys.readouterr().out.split("provisional: 448 000\n")
    assert "allocated_kr: 448 000" in rates_alone
    assert "provisional: .." in not_begun
