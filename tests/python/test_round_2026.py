"""The round of 2026 is settled by typing in the agency's rates and lists, and by nothing else.

Built on what the warehouse of the sample has read of the register, in a copy of the project that differs in three
columns of seeds, and whose seeds that others replace have only the columns that the contract names; compared with what
the sample was made to hold, counted and paid for here without SQL.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from project_copies import RATES_2026, ROUND_2027, add, copy_of_project, fill_in
from shared_dbt import Dbt

from vardkoer import paths
from vardkoer.gate.seeds import read_rows
from vardkoer.sample import calibration

ROUND = "2026"
# Received by the payment cut-off of 2026: everything of earlier years but what was taken back again.
KNOWN = {"on_time", "late", "after_followup"}
REPLACED = {
    "rules/grant_rates.csv": ["round_id", "category_id", "rate_kr"],
    "reference/hospitals.csv": ["hospital_code", "hospital_name", "region_code", "ownership"],
    "reference/region_populations.csv": ["region_code", "population_date", "population"],
}
# What is settled and what it lacks, with the data tests of that and of everything on the way to it that is not read.
SELECTED = (
    *("--select", "resource_type:seed", "+grant_allocations", "+settlement_gaps", "+region_standing"),
    *("--exclude", "path:models/intermediate/register", "int_contact_rows_ordered"),
    *("--indirect-selection", "cautious", "--exclude-resource-type", "unit_test"),
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the agency's terms filled in, and an invented round that has not begun."""
    project = copy_of_project(tmp_path_factory.mktemp("round_2026"))
    fill_in(project / "seeds" / "rules" / "grant_rates.csv", {"status": "final"}, rate_kr=RATES_2026)
    for name in ("grant_rounds", "round_categories", "procedure_codes"):
        fill_in(project / "seeds" / "rules" / f"{name}.csv", {"status": "final"})
    add(project / "seeds", *ROUND_2027)
    for name, columns in REPLACED.items():
        keep_columns(project / "seeds" / name, columns)
    for name in ("procedure_codes", "diagnosis_codes"):
        as_documents_print_them(project / "seeds" / "rules" / f"{name}.csv")
    for path in (project / "seeds").rglob("*.csv"):
        as_a_spreadsheet_saves_it(path)
    return project


@pytest.fixture(scope="module")
def settled(dbt: Dbt, project: Path) -> duckdb.DuckDBPyConnection:
    """The warehouse of the sample, in which it has built."""
    warehouse = project.with_name("warehouse.duckdb")
    shutil.copyfile(paths.warehouse_path(), warehouse)
    environment = os.environ | {
        "PAR_PATH": str(paths.SAMPLE / "par"),
        "REGION_REPORTS_PATH": str(paths.SAMPLE / "region_reports"),
        "PERSON_KEY_SECRET": "secret of the tests",
        "WAREHOUSE_PATH": str(warehouse),
    }
    result = subprocess.run(
        [*dbt.command, "--quiet", "build", *SELECTED],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
    return duckdb.connect(str(warehouse), read_only=True)


def as_documents_print_them(path: Path) -> None:
    """Codes with a point, or in small letters: they count as if they were typed as they are compared (R2)."""
    path.write_text(
        re.sub(r"(?m)^(\w+),([A-Z]\d\d|[A-Z]{3})(\d+),", as_printed, path.read_text(encoding="utf-8")), "utf-8"
    )


def as_printed(found: re.Match[str]) -> str:
    list_id, begins, ends = found.groups()
    return f"{list_id},{begins}.{ends}," if begins[1:].isdigit() else f"{list_id},{begins.lower()}{ends},"


def as_a_spreadsheet_saves_it(path: Path) -> None:
    """With a byte order mark and CRLF; and somebody has set a name in single quotes."""
    content = path.read_bytes().replace(b",Cataract surgery,", b",'Cataract surgery',")
    path.write_bytes(b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"))


def keep_columns(path: Path, columns: list[str]) -> None:
    """Write a seed as somebody else may bring it: the columns of the contract and no more."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def operations_of_the_sample() -> Counter[tuple[str, str, int]]:
    """Operations of January to October by region, category and year, as the sample was made to hold them."""
    operations: Counter[tuple[str, str, int]] = Counter()
    for cell in calibration.cells(paths.SEEDS):
        if 2023 <= cell.year <= 2026 and cell.month <= 10 and cell.known in KNOWN:
            operations[cell.region_code, cell.category_id, cell.year] += cell.operations
    for path in (paths.SAMPLE / "region_reports").iterdir():
        newest: dict[tuple[str, str], tuple[str, int]] = {}
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream, delimiter=";"):
                key = row["region_code"], row["operation_month"]
                newest[key] = max(newest.get(key, ("", 0)), (row["reported_date"], int(row["operations"])))
        for (region, month), (_, volume) in newest.items():
            operations[region, "colonoscopy", int(month[:4])] += volume
    return operations


def expected_amounts() -> dict[str, tuple[int, int]]:
    """What each region earns, and what it gets, by A3."""
    operations = operations_of_the_sample()
    caps = {
        row["region_code"]: int(row["cap_kr"])
        for row in read_rows(paths.SEEDS / "rules" / "grant_caps.csv")
        if row["round_id"] == ROUND
    }
    amounts = {}
    for region, cap in caps.items():
        earned = 0
        for category, rate in RATES_2026.items():
            mean = Fraction(sum(operations[region, category, year] for year in (2023, 2024, 2025)), 3)
            earned += max(0, operations[region, category, 2026] - int(mean + Fraction(1, 2))) * rate
        amounts[region] = (earned, min(earned, cap))
    return amounts


def test_rates_and_lists_make_the_round_final_to_the_krona(settled: duckdb.DuckDBPyConnection) -> None:
    rows = settled.execute(
        "select region_code, earned_kr, performance_kr, allocated_kr, status "
        "from marts.grant_allocations where settlement_id = '2026_payment'"
    ).fetchall()
    expected = expected_amounts()
    assert len({amount for amount, _ in expected.values()}) > 15
    assert any(earned > paid for earned, paid in expected.values())
    assert {region: (earned, paid) for region, earned, paid, _, _ in rows} == expected
    assert {(paid == allocated, status) for _, _, paid, allocated, status in rows} == {(True, "final")}


def test_nothing_is_missing_then_but_time(settled: duckdb.DuckDBPyConnection) -> None:
    """Interims measure the months so far; the extract ends before the follow-up."""
    gaps = settled.execute(
        "select distinct settlement_id like '2026_through%', gap, category_id, region_code, "
        "gap_date < date '2026-10-31', gap_date = date '2027-02-02' "
        "from marts.settlement_gaps where round_id = '2026' order by all"
    ).fetchall()
    assert gaps == [
        (False, "cutoff_not_reached", None, None, False, True),
        (True, "months_to_come", None, None, True, False),
    ]
    followup = settled.execute(
        "select status, count(allocated_kr) from marts.grant_allocations "
        "where settlement_id = '2026_followup' group by status"
    ).fetchall()
    assert followup == [("provisional", 21)]


def test_the_months_of_2026_are_settled_as_the_year_went(settled: duckdb.DuckDBPyConnection) -> None:
    """Interims stay provisional; what they earn at the end of October is what the payment does."""
    standing = settled.execute(
        "select settlement_id, count(earned_kr), max(months_to_come) from marts.region_standing "
        "where settlement_id like '2026%' group by all order by all"
    ).fetchall()
    interims = [(f"2026_through_{month:02d}", 21, 10 - month) for month in range(1, 10)]
    assert standing == [("2026_followup", 21, 0), ("2026_payment", 21, 0), *interims]
    statuses = settled.execute(
        "select distinct status from marts.grant_allocations where settlement_id like '2026_through%'"
    ).fetchall()
    assert statuses == [("provisional",)]


def test_seeds_are_loaded_as_the_gate_has_read_them(settled: duckdb.DuckDBPyConnection, project: Path) -> None:
    for path in (project / "seeds").rglob("*.csv"):
        typed = read_rows(path)
        columns = ", ".join(f"cast({column} as varchar)" for column in typed[0])
        loaded = settled.execute(f"select {columns} from seeds.{path.stem}").fetchall()
        assert sorted(map(as_text, loaded)) == sorted(as_text(row.values()) for row in typed), path.stem


def as_text(values: Iterable[str | None]) -> list[str]:
    """Values of a row, decimals without the noughts at their end."""
    return [re.sub(r"^([0-9]+)\.([0-9]*[1-9])?0*$", r"\1 \2", value or "").strip() for value in values]


def test_a_round_that_has_not_begun_is_not_settled_at_0_kr(settled: duckdb.DuckDBPyConnection) -> None:
    """Two years of baseline, a new category and three pots."""
    rows = settled.execute(
        "select status, count(*), count(earned_kr), sum(cap_kr), count(bonus_kr), count(allocated_kr) "
        "from marts.grant_allocations where settlement_id = '2027_payment' group by status"
    ).fetchall()
    assert rows == [("provisional", 21, 0, 21_000_000, 0, 0)]
    gaps = settled.execute(
        "select gap, count(distinct region_code), min(gap_date), max(gap_date) from marts.settlement_gaps "
        "where settlement_id = '2027_payment' group by gap order by gap"
    ).fetchall()
    assert gaps == [
        ("cutoff_not_reached", 0, dt.date(2027, 11, 15), dt.date(2027, 11, 15)),
        ("not_delivered", 21, dt.date(2027, 1, 1), dt.date(2027, 10, 1)),
        ("rate", 0, dt.date(2027, 1, 1), dt.date(2027, 1, 1)),
        ("round", 0, None, None),
    ]
    categories = settled.execute(
        "select category_id, count(baseline_mean), sum(baseline_mean) > 0 from marts.grant_earnings "
        "where settlement_id = '2027_payment' group by category_id order by category_id"
    ).fetchall()
    # the sample has no tonsillectomies, and both baseline years are delivered: 0 of them
    assert categories == [("cataract", 21, True), ("prolapse", 21, True), ("tonsillectomy", 21, False)]
