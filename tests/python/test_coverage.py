"""The register against second lists: the SQL pairs as the reference does, and nothing else changes."""

from __future__ import annotations

import csv
import datetime as dt
import random
import shutil
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from compiled_project import COVERAGE_MARTS, CompiledProject
from extracts import DeliveryFile, Row, identity, write_extract
from reference_counts import Settlement, day, of_one_person, read_row, read_seed, read_settlements
from reference_coverage import ListRow, outcomes, read_list_rules

from vardkoer.paths import PROJECT

COLUMNS = ("list_id", "personnummer", "category_id", "operation_date", "hospital_code", "lkf")
# First and last days of periods and claims, days beside them, days within a tolerance of each other, and two eyes.
DAYS = [
    *("2025-06-10", "2025-06-11", "2025-06-12", "2025-06-13", "2025-06-14", "2025-06-20", "2025-07-01"),
    *("2025-05-31", "2025-06-01", "2025-10-31", "2025-11-01", "2024-06-10", "2024-06-12", "2024-10-30"),
]
RECEIVED = ["2025-11-10", "2025-11-12", "2025-11-15", "2025-11-16", "2026-02-02", "2026-02-03", "2026-12-01"]
HOSPITALS = ["10013", "12001", "99999"]
MEASURED = ("in_both", "register_only")
OUTCOMES = ("received_after_cutoff", "not_in_register", "excluded", "same_person_same_day", "invalid_person_id")


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeds, with a second list that claims less and is read more strictly."""
    root = tmp_path_factory.mktemp("rules")
    shutil.copytree(PROJECT / "seeds", root / "seeds")
    with (root / "seeds/coverage/coverage_lists.csv").open("a", encoding="utf-8") as stream:
        stream.write("other,Annan lista,1,2.58,contract,2.3,\n")
    with (root / "seeds/coverage/coverage_claims.csv").open("a", encoding="utf-8") as stream:
        stream.write("other,prolapse,,2025-02-01,2025-10-31,contract,2.3\n")
        stream.write("other,cataract,12,2025-06-01,2025-06-30,contract,2.3\n")
    return root


def persons(number: int) -> list[str]:
    return [identity(f"18{20 + place // 28:02d}03{1 + place % 28:02d}", "321") for place in range(number)]


def contact_rows(chance: random.Random, people: list[str]) -> list[Row]:
    """Deliveries of contacts of a few operations each, on time and late, withdrawn, moved and twice."""
    rows: list[Row] = []
    for number in range(2 * len(people)):
        contact: Row = {
            "vardkontakt_id": f"K{number}",
            "personnummer": chance.choice(people) if chance.random() < 0.95 else "okänd",
            "lkf": chance.choice(["0180", "1280", "1280", "99"]),
            "sjukhus": chance.choice(HOSPITALS),
            "op": chance.choice(["CJE20", "CJE20", "CJE20", "LEF00"]),
            "indatum": chance.choice(DAYS),
        }
        received = sorted(chance.sample(RECEIVED, chance.choice([1, 1, 2, 3])))
        for delivery, date in enumerate(received):
            moved = {"indatum": chance.choice(DAYS)} if chance.random() < 0.3 else {}
            withdrawn = "true" if delivery and chance.random() < 0.2 else "false"
            rows.append(
                contact | moved | {"leverans_nr": str(delivery + 1), "inrapporterad": date, "makulerad": withdrawn}
            )
    return rows


def listed_rows(chance: random.Random, people: list[str], contacts: list[Row]) -> list[Row]:
    """Rows about the same persons: most near an operation of the register, some of nobody, some twice."""
    rows: list[Row] = []
    for contact in contacts:
        shift = dt.timedelta(chance.choice([0, 0, 0, -1, 1, -2, 2, 3, -4]))
        row: Row = {
            "list_id": chance.choice(["cataract_sample", "cataract_sample", "other"]),
            "personnummer": contact["personnummer"] if chance.random() < 0.8 else chance.choice(people),
            "category_id": "prolapse" if contact["op"] == "LEF00" else "cataract",
            "operation_date": str(day(str(contact["indatum"])) + shift),
            "hospital_code": chance.choice(HOSPITALS),
            "lkf": chance.choice(["01", "1280", "1280", "", "99"]),
        }
        rows.append(row)
        if chance.random() < 0.2:
            rows.append(row | {"hospital_code": chance.choice(HOSPITALS)})
    return rows


def write_list(folder: Path, rows: list[Row]) -> Path:
    folder.mkdir()
    with (folder / "list.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return folder


def as_read(rows: list[Row]) -> list[ListRow]:
    return [
        ListRow(
            number,
            str(row["list_id"]),
            str(row["personnummer"]),
            str(row["category_id"]),
            day(str(row["operation_date"])),
            str(row["hospital_code"]),
            str(row["lkf"]),
        )
        for number, row in enumerate(rows, start=2)
    ]


def whole_settlements(seeds: Path) -> list[Settlement]:
    whole = {row["settlement_id"] for row in read_seed(seeds, "settlements") if not row["measured_through"]}
    return [settlement for settlement in read_settlements(seeds) if settlement.settlement_id in whole]


def rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> Counter[tuple]:
    return Counter(connection.execute(query).fetchall())


@pytest.mark.parametrize("seed", range(3))
def test_pairs_equal_the_reference(project: CompiledProject, rules: Path, tmp_path: Path, seed: int) -> None:
    """Ties, two eyes, shifted days, duplicates, bad identities, late and withdrawn reports, two lists."""
    chance = random.Random(seed)
    people = persons(60)
    contacts = contact_rows(chance, people)
    listed = listed_rows(chance, people, contacts)
    par_path = write_extract([DeliveryFile("ov", contacts)], tmp_path / "par")
    connection = project.build(par_path, rules, COVERAGE_MARTS, lists_path=write_list(tmp_path / "lists", listed))
    register = of_one_person({read_row(row) for row in contacts})
    list_rules = read_list_rules(rules)
    expected, alone, cells = Counter(), Counter(), {}
    for settlement in whole_settlements(rules):
        found, of_cells, of_register = outcomes(register, as_read(listed), settlement, list_rules)
        expected += found
        cells |= of_cells
        for (list_id, operation), number in of_register.items():
            alone[settlement.settlement_id, list_id, operation.category_id, operation.date] += number
    assert len({outcome.outcome for outcome in expected}) == len(read_seed(rules, "coverage_outcomes"))
    assert expected == rows_of(
        connection,
        "select settlement_id, row_in_file, region_code, period_role, outcome, reason, days_apart "
        "from marts.coverage_decisions",
    )
    assert alone == rows_of(
        connection, "select settlement_id, list_id, category_id, operation_date from marts.coverage_register_only"
    )
    columns = (*MEASURED, *OUTCOMES)
    counted = connection.execute(
        "select settlement_id, list_id, category_id, region_code, operation_month, hospital_code, "
        f"{', '.join(columns)} from marts.coverage_counts"
    ).fetchall()
    assert {tuple(cell): tuple(numbers[column] for column in columns) for cell, numbers in cells.items()} == {
        row[:6]: row[6:] for row in counted
    }
