"""The register against second lists: the SQL pairs as the reference does, and nothing else changes."""

from __future__ import annotations

import csv
import datetime as dt
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from compiled_project import COVERAGE_MARTS, CompiledProject
from extracts import DeliveryFile, Row, identity, write_extract
from reference_counts import Settlement, day, of_one_person, read_row, read_seed, read_settlements
from reference_coverage import ListRow, outcomes, read_list_rules
from shared_dbt import Dbt

from vardkoer import gate, paths
from vardkoer.gate.coverage import read_lists
from vardkoer.gate.files import RefusedDeliveryError
from vardkoer.gate.seeds import SeedError, check_seeds
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
    folder.mkdir(parents=True)
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


def test_pairs_equal_the_reference(project: CompiledProject, rules: Path, tmp_path: Path) -> None:
    """Ties, two eyes, shifted days, duplicates, bad identities, late and withdrawn reports, two lists."""
    seen: Counter[str] = Counter()
    for seed in range(8):
        seen += assert_equal_to_reference(project, rules, tmp_path / str(seed), random.Random(seed))
    assert set(seen) == {row["outcome"] for row in read_seed(rules, "coverage_outcomes")}


def assert_equal_to_reference(
    project: CompiledProject, rules: Path, folder: Path, chance: random.Random
) -> Counter[str]:
    """The outcomes that the random lists of a chance have."""
    people = persons(60)
    contacts = contact_rows(chance, people)
    listed = listed_rows(chance, people, contacts)
    par_path = write_extract([DeliveryFile("ov", contacts)], folder / "par")
    connection = project.build(par_path, rules, COVERAGE_MARTS, lists_path=write_list(folder / "lists", listed))
    register = of_one_person({read_row(row) for row in contacts})
    list_rules = read_list_rules(rules)
    expected, alone, cells = Counter(), Counter(), {}
    for settlement in whole_settlements(rules):
        found, of_cells, of_register = outcomes(register, as_read(listed), settlement, list_rules)
        expected += found
        cells |= of_cells
        for (list_id, operation), number in of_register.items():
            alone[settlement.settlement_id, list_id, operation.category_id, operation.date] += number
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
    return Counter(outcome.outcome for outcome in expected)


def test_numbers_add_up(project: CompiledProject, rules: Path, tmp_path: Path) -> None:
    """Whatever is in both or in the register alone is what is counted, and every row of a file has an outcome."""
    chance = random.Random("numbers")
    people = persons(60)
    contacts = contact_rows(chance, people)
    listed = listed_rows(chance, people, contacts)
    par_path = write_extract([DeliveryFile("ov", contacts)], tmp_path / "par")
    connection = project.build(par_path, rules, COVERAGE_MARTS, lists_path=write_list(tmp_path / "lists", listed))
    accounts = connection.execute("select file_name, sum(rows_counted) from marts.coverage_row_account group by all")
    assert accounts.fetchall() == [("list.csv", len(listed))]
    ((on_list, operations, compared),) = connection.execute(
        "select sum(rows_listed), sum(operations), sum(in_both + register_only) from marts.coverage_counts"
    ).fetchall()
    assert operations == compared
    assert on_list == connection.execute("select count(*) from marts.coverage_decisions").fetchall()[0][0]


def test_nothing_else_rests_on_second_lists(dbt: Dbt) -> None:
    """So that a list decides no count and no krona, and a build without one makes the same of everything else."""
    nodes = {key: node for key, node in dbt.read()["nodes"].items() if node["resource_type"] == "model"}

    def behind(key: str) -> set[str]:
        parents = nodes[key]["depends_on"]["nodes"] if key in nodes else []
        return {key}.union(*map(behind, parents))

    sources = {
        node["name"]
        for key, node in nodes.items()
        if any(name.startswith("source.vardkoer.coverage") for name in behind(key))
    }
    folders = {node["name"] for node in nodes.values() if "/coverage/" in node["original_file_path"]}
    assert len(folders) > 12
    assert sources == folders


def test_without_a_list_nothing_is_compared(project: CompiledProject, tmp_path: Path) -> None:
    contacts = contact_rows(random.Random(1), persons(5))
    par_path = write_extract([DeliveryFile("ov", contacts)], tmp_path / "par")
    connection = project.build(par_path, marts=COVERAGE_MARTS)
    for mart in COVERAGE_MARTS:
        assert connection.execute(f"select count(*) from marts.{mart}").fetchall() == [(0,)], mart


# The gate


def test_how_a_file_is_written_does_not_matter(project: CompiledProject, tmp_path: Path) -> None:
    """Parquet, CSV and packed CSV; codes in the place of categories; identities with signs; other columns."""
    chance = random.Random(2)
    people = persons(20)
    contacts = contact_rows(chance, people)
    par_path = write_extract([DeliveryFile("ov", contacts)], tmp_path / "par")
    listed = [
        row | {"list_id": "cataract_sample", "category_id": "cataract"} for row in listed_rows(chance, people, contacts)
    ]
    folder = write_list(tmp_path / "plain", listed)
    other = tmp_path / "other"
    other.mkdir()
    scan = f"read_csv('{folder / 'list.csv'}', all_varchar = true)"
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select *, 'x' as more from {scan} limit 10) to '{other / 'a.parquet'}' (format parquet)"
        )
        connection.execute(
            "copy (select * exclude (category_id) replace ("
            "'  ' || left(personnummer, 8) || '-' || substr(personnummer, 9) as personnummer, "
            "replace(operation_date, '-', '') as operation_date), ' cje.20' as \"PROCEDURE_CODE\" "
            f"from {scan} offset 10) to '{other / 'b.csv.gz'}' (format csv, delimiter ',', compression gzip)"
        )
    key = "settlement_id, region_code, operation_month, hospital_code"
    query = f"select {key}, in_both, list_only, register_only, invalid_person_id from marts.coverage_counts"
    one, two = (
        rows_of(project.build(par_path, marts=COVERAGE_MARTS, lists_path=path), query) for path in (folder, other)
    )
    assert one == two
    assert sum(one.values()) > 20


GOOD = f"cataract_sample;{identity('18200301', '321')};cataract;2025-06-10;10013;01"
HEADER = ";".join(COLUMNS)
REFUSED = {
    "a column is missing": (HEADER.replace("hospital_code", "x"), [GOOD], r"column=hospital_code: column missing"),
    "nothing says what was done": (HEADER.replace("category_id", "x"), [GOOD], r"column=category_id or procedure_code"),
    "an unknown list": (
        HEADER,
        [GOOD.replace("cataract_sample", "no")],
        r"row=2 column=list_id: missing",
    ),
    "an unknown category": (
        HEADER,
        [GOOD.replace(";cataract;", ";no;")],
        r"row=2 column=category_id: missing",
    ),
    "no date": (HEADER, [GOOD.replace("2025-06-10", "10/6")], r"row=2 column=operation_date: missing or unreadable"),
    "a long row": (HEADER, [GOOD + ";" + identity("18200301", "321")], r"row=2: not the 6 fields of the header"),
    "an open quote": (HEADER, ['"' + GOOD], r"quotes do not match"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_list_is_refused_in_one_line(tmp_path: Path, case: str) -> None:
    header, rows, message = REFUSED[case]
    (tmp_path / "list.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    with pytest.raises(RefusedDeliveryError, match=message) as refusal:
        read_lists(tmp_path, PROJECT / "seeds")
    assert len(str(refusal.value).splitlines()) == 1
    assert not re.search("[0-9]{8}", str(refusal.value).replace(str(tmp_path), ""))


def test_a_list_is_not_held_against_serial_numbers(tmp_path: Path) -> None:
    """Nobody could be found in them, and all in the list would seem to be missing from the register."""
    (tmp_path / "list.csv").write_text("\n".join([HEADER, GOOD, ""]), encoding="utf-8")
    examples, seeds = PROJECT / "tests" / "layouts", PROJECT / "seeds"
    gate.check(examples / "region_split_identity", None, seeds, lists_path=tmp_path)
    with pytest.raises(RefusedDeliveryError, match="column=personnummer: has serial numbers where second lists have"):
        gate.check(examples / "agency_research", None, seeds, lists_path=tmp_path)


def test_a_few_unreadable_rows_are_in_quarantine(project: CompiledProject, tmp_path: Path) -> None:
    """They are numbered as in the file, also behind rows with too many fields."""
    rows = [GOOD] * 3000
    rows[0] += ";x"
    rows[10] = rows[10].replace("2025-06-10", "2025-06-31")
    rows[20] += ";x"
    rows[30] = rows[30].replace("cataract_sample", "other_list")
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "list.csv").write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    (lists / "notes.txt").touch()
    passed = read_lists(lists, PROJECT / "seeds")
    assert passed.unread == ("notes.txt",)
    (file,) = passed.files
    assert [(row.row, row.fault) for row in file.unreadable_rows] == [
        (2, "wrong_number_of_fields"),
        (12, "unreadable_operation_date"),
        (22, "wrong_number_of_fields"),
        (32, "unknown_list"),
    ]
    par_path = write_extract([DeliveryFile("ov", contact_rows(random.Random(3), persons(5)))], tmp_path / "par")
    connection = project.build(par_path, marts=COVERAGE_MARTS, lists_path=lists)
    assert rows_of(connection, "select outcome, rows_counted, first_row from marts.coverage_row_account") == Counter(
        [
            ("wrong_number_of_fields", 2, 2),
            ("unreadable_operation_date", 1, 12),
            ("unknown_list", 1, 32),
            ("decided", 2996, 3),
        ]
    )


CLAIMS = {
    "a part of a month": ("2025-02-01,2025-10-31", "2025-02-02,2025-10-31", "first day of a month"),
    "another part of a month": ("2025-02-01,2025-10-31", "2025-02-01,2025-10-30", "last day of a month"),
    "a month that is claimed for all regions": ("other,cataract,12", "cataract_sample,cataract,12", "for all regions"),
    "an unknown list": ("other,cataract", "none,cataract", "is not in coverage_lists.csv"),
}


@pytest.mark.parametrize("case", CLAIMS)
def test_claims_that_cannot_be_compared_are_refused(rules: Path, tmp_path: Path, case: str) -> None:
    shutil.copytree(rules / "seeds", tmp_path / "seeds")
    path = tmp_path / "seeds/coverage/coverage_claims.csv"
    before, after, message = CLAIMS[case]
    text = path.read_text(encoding="utf-8")
    assert before in text
    check_seeds(tmp_path / "seeds")
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(SeedError, match=message):
        check_seeds(tmp_path / "seeds")


# For the region


def test_the_list_of_a_region_is_its_own_to_read(tmp_path: Path) -> None:
    """It has every row that is not in both, and no one else can read it."""
    file = tmp_path / "list.csv"
    command = [sys.executable, "-m", "vardkoer", "coverage", "list", "2025_additional_payment", "21", str(file)]
    written = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert written.returncode == 0, written.stdout + written.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    with duckdb.connect(str(paths.warehouse_path()), read_only=True) as connection:
        (expected,) = connection.execute("""
            select
                (select count(*) from marts.coverage_decisions
                where settlement_id = '2025_additional_payment' and region_code = '21' and outcome != 'counted'),
                (select sum(register_only) from marts.coverage_counts
                where settlement_id = '2025_additional_payment' and region_code = '21')
        """).fetchall()
    alone = [row for row in rows if row["Utfall"] == "Finns bara i registret"]
    assert (len(rows) - len(alone), len(alone)) == expected
    assert all(row["Vårdkontakt"] for row in alone)
    assert [row["Sjukhuskod"] for row in rows] == sorted(
        (row["Sjukhuskod"] for row in rows), key=lambda code: (code == "", code)
    )
    again = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert again.returncode == 1
    assert "name a new file" in again.stdout
