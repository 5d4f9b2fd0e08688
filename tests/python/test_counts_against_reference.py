"""The marts of generated extracts equal the reference, whatever the files look like."""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import duckdb
import pytest
from compiled_project import MARTS, CompiledProject
from extracts import (
    DeliveryFile,
    Row,
    delivering_rows,
    extracts,
    folders_of,
    in_other_form,
    moved_back,
    rows_of,
    systematic_rows,
    write_extract,
)
from hypothesis import HealthCheck, example, given, settings
from reference_counts import (
    NUMBERS,
    Cell,
    Decision,
    SeedRow,
    Settlement,
    count,
    months_delivered,
    read_seed,
    read_settlements,
)
from shared_dbt import COLUMNS, Dbt

from vardkoer.paths import PROJECT

# A multiple of 28 years keeps leap years and weekdays in place; the days of operation come to lie in the years of
# birth of the invented persons, so that birth on and after the day of operation can be tried.
YEARS_BACK = 196
NOT_DELIVERED: dict[str, int | None] = dict.fromkeys(NUMBERS)


def generated(examples: int) -> settings:
    """The same examples in every run; drawing and building one takes longer than hypothesis expects of a test."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=examples, derandomize=True, deadline=None, database=None, suppress_health_check=slow)


class Rules(NamedTuple):
    """Seeds below a folder, and the settlements that the reference reads from them."""

    folder: Path
    settlements: list[Settlement]


@pytest.fixture(scope="session")
def rules() -> Rules:
    return Rules(PROJECT, read_settlements(PROJECT / "seeds"))


@pytest.fixture(scope="session")
def few_settlements(tmp_path_factory: pytest.TempPathFactory) -> Rules:
    """The rules with one interim settlement of each round, for what is tried often."""
    root = tmp_path_factory.mktemp("few_settlements")
    shutil.copytree(PROJECT / "seeds", root / "seeds")
    rows = read_seed(root, "settlements")
    write_seed(root, "settlements", [row for row in rows if row["measured_through"][5:7] in ("", "06")])
    return Rules(root, read_settlements(root))


@pytest.fixture(scope="session")
def other_rules(few_settlements: Rules, tmp_path_factory: pytest.TempPathFactory) -> Rules:
    """Rules of an earlier century, with codes that are valid for some days only and one settlement more."""
    root = tmp_path_factory.mktemp("other_rules")
    shutil.copytree(few_settlements.folder / "seeds", root / "seeds")
    for path in root.rglob("*.csv"):
        text = path.read_text(encoding="utf-8")
        earlier = re.sub(r"\b20\d\d(?=-\d\d-\d\d)", lambda year: str(int(year[0]) - YEARS_BACK), text)
        path.write_text(earlier, encoding="utf-8")
    for table, code, valid_from, valid_to in [
        ("procedure_codes", "CJE20", "1829-06-16", ""),
        ("procedure_codes", "LCD10", "1826-01-01", "1829-06-15"),
        ("procedure_codes", "NFB49", "1829-02-01", "1829-06-15"),
        ("diagnosis_codes", "S720", "1829-06-16", ""),
        ("diagnosis_codes", "N811", "1826-01-01", "1829-06-15"),
    ]:
        rows = read_seed(root, table)
        (row,) = [row for row in rows if row["code"] == code]
        row |= {"valid_from": valid_from, "valid_to": valid_to}
        write_seed(root, table, rows)
    rows = read_seed(root, "settlements")
    early = next(row for row in rows if row["settlement_id"] == "2026_payment")
    write_seed(root, "settlements", [*rows, early | {"settlement_id": "2026_early", "cutoff_date": "1829-06-15"}])
    return Rules(root, read_settlements(root))


def write_seed(root: Path, name: str, rows: list[SeedRow]) -> None:
    """Replace the rows of a seed below a folder."""
    (path,) = root.rglob(f"{name}.csv")
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def test_each_value_by_itself(project: CompiledProject, rules: Rules) -> None:
    files = [DeliveryFile("sv", systematic_rows()), *delivering_files()]
    assert_built_as_the_reference_counts(project, files, rules)


def test_each_value_by_itself_under_other_rules(project: CompiledProject, other_rules: Rules) -> None:
    files = [
        replace(file, rows=[moved_back(row, YEARS_BACK) for row in file.rows])
        for file in [DeliveryFile("sv", systematic_rows()), *delivering_files()]
    ]
    assert_built_as_the_reference_counts(project, files, other_rules)


def delivering_files() -> list[DeliveryFile]:
    """Both folders with every month of operation delivered."""
    return [
        DeliveryFile(folder, [row for its_folder, row in delivering_rows() if its_folder == folder])
        for folder in COLUMNS
    ]


@generated(40)
@given(files=extracts())
def test_marts_equal_the_reference(project: CompiledProject, few_settlements: Rules, files: list[DeliveryFile]) -> None:
    assert_built_as_the_reference_counts(project, files, few_settlements)


@generated(30)
@given(files=extracts(years_back=YEARS_BACK))
def test_marts_equal_the_reference_under_other_rules(
    project: CompiledProject, other_rules: Rules, files: list[DeliveryFile]
) -> None:
    assert_built_as_the_reference_counts(project, files, other_rules)


@generated(6)
@given(files=extracts(ties=True))
@example(files=[DeliveryFile("sv", systematic_rows(), kind="csv"), DeliveryFile("ov", [])])
def test_neither_how_often_nor_in_which_order_rows_stand_changes_anything(
    project: CompiledProject, few_settlements: Rules, files: list[DeliveryFile]
) -> None:
    other_form = [in_other_form(file) for file in files]
    assert_same_marts(
        project,
        few_settlements,
        {
            "as they are": files,
            "built again": files,
            "every file twice": files + other_form,
            "other order of rows and names of files": other_form[::-1],
        },
    )


@generated(6)
@given(files=extracts(), others=extracts())
def test_contacts_without_listed_codes_change_no_number(
    project: CompiledProject, few_settlements: Rules, files: list[DeliveryFile], others: list[DeliveryFile]
) -> None:
    """They may deliver a month (A7), which makes its numbers known and changes none."""
    unlisted = [
        replace(
            file,
            rows=[
                row | {"vardkontakt_id": f"{row['vardkontakt_id']}x", "op": "NFB50 -1 0000 XCJE20 CJ"}
                for row in file.rows
            ],
        )
        for file in others
    ]
    with (
        built(project, files, few_settlements) as before,
        built(project, files + unlisted, few_settlements) as after,
    ):
        decisions, counts = (
            [connection.execute(query).fetchall() for connection in (before, after)]
            for query in (
                "from warehouse.marts.contact_decisions",
                "from warehouse.marts.operation_counts where operations is not null",
            )
        )
    assert_same_rows(*map(Counter, decisions))
    assert set(counts[0]) <= set(counts[1])


def test_dbt_builds_what_the_reference_counts(dbt: Dbt, rules: Rules, tmp_path: Path) -> None:
    """With every data test, none of which may take what the rules allow for a fault."""
    files = [replace(file, kind="parquet") for file in many_files()]
    dbt.run(tmp_path, write_extract(files, tmp_path / "par"), "build")
    with duckdb.connect(tmp_path / "warehouse.duckdb", read_only=True) as connection:
        assert_equal_to_reference(connection, files, rules)
        reasons = connection.execute("select distinct reason from warehouse.marts.contact_decisions").fetchall()
    assert len(reasons) == 11


def many_files() -> list[DeliveryFile]:
    """The rows of sixty generated extracts, contacts kept apart, as one extract where persons meet often."""
    rows: dict[str, list[Row]] = {folder: [] for folder in COLUMNS}

    @generated(60)
    @given(files=extracts())
    def collect(files: list[DeliveryFile]) -> None:
        number = sum(map(len, rows.values()))
        for file in files:
            rows[file.folder] += [row | {"vardkontakt_id": f"{row['vardkontakt_id']}-{number}"} for row in file.rows]

    collect()
    return [
        DeliveryFile(folder, rows[folder][part::2], delimiter=";,"[part], compact_dates=part == 0, order=part)
        for folder in COLUMNS
        for part in (0, 1)
    ]


@contextmanager
def built(project: CompiledProject, files: Iterable[DeliveryFile], rules: Rules) -> Iterator[duckdb.DuckDBPyConnection]:
    """The marts of an extract for the length of a block."""
    with TemporaryDirectory() as folder:
        par_path = write_extract(files, Path(folder) / "par")
        with project.build(par_path, rules.folder, MARTS) as connection:
            yield connection


def decisions_and_counts(
    files: list[DeliveryFile], rules: Rules
) -> tuple[Counter[Decision], dict[Cell, dict[str, int] | None]]:
    """What the reference makes of the files."""
    return count(rows_of(files), rules.settlements, months_delivered(folders_of(files)))


def assert_built_as_the_reference_counts(project: CompiledProject, files: list[DeliveryFile], rules: Rules) -> None:
    """Fails with the decisions or counts that differ once the files are built."""
    with built(project, files, rules) as connection:
        assert_equal_to_reference(connection, files, rules)


def assert_equal_to_reference(connection: duckdb.DuckDBPyConnection, files: list[DeliveryFile], rules: Rules) -> None:
    """Fails with the decisions or counts that differ."""
    decisions, cells = decisions_and_counts(files, rules)
    columns = ", ".join(Decision._fields)
    found = connection.execute(f"select {columns} from warehouse.marts.contact_decisions").fetchall()
    assert_same_rows(Counter(found), Counter(decisions))
    # The other rows of the mart are published or reported by regions.
    from_par = {
        (settlement.settlement_id, category) for settlement in rules.settlements for category in settlement.categories
    }
    columns = ", ".join([*Cell._fields, *NUMBERS])
    found = connection.execute(f"select {columns} from warehouse.marts.operation_counts").fetchall()
    assert_same_rows(
        Counter(row for row in found if (row[0], row[2]) in from_par),
        Counter((*cell, *(numbers or NOT_DELIVERED).values()) for cell, numbers in cells.items()),
    )


def assert_same_rows(found: Counter[tuple[Any, ...]], expected: Counter[tuple[Any, ...]], what: str = "") -> None:
    """Fails with the rows that are on one side only."""
    # counters compare themselves in a slow loop; neither has a row that it counts zero times
    if dict(found) == dict(expected):
        return
    differences = [f"found: {row}" for row in found - expected] + [f"expected: {row}" for row in expected - found]
    assert not differences, "\n".join([what, *sorted(differences)])


def assert_same_marts(project: CompiledProject, rules: Rules, forms: dict[str, list[DeliveryFile]]) -> None:
    """Fails with the rows that the marts of an extract have not in common with those of the first."""
    expected: dict[str, Counter[tuple[Any, ...]]] = {}
    for name, files in forms.items():
        with built(project, files, rules) as connection:
            for mart in MARTS:
                rows = Counter(connection.execute(f"from warehouse.marts.{mart}").fetchall())
                assert_same_rows(rows, expected.setdefault(mart, rows), name)
