"""The benchmark: extracts are as the contract wants them, and its own program counts what the rules count.

The programs that need Polars or dbt are checked by the benchmark itself, against the warehouse.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from reference_counts import NUMBERS, Cell, count, months_delivered, read_settlements
from shared_dbt import COLUMNS

from bench import by_hand_duckdb
from bench.extract import DELIVERIES, generate
from vardkoer import gate
from vardkoer.paths import SEEDS

ROWS = 10_000


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated")
    generate(folder, ROWS)
    return folder / "par"


def raw_rows(extract: Path, care: str) -> list[dict[str, str | None]]:
    """All rows of a folder as text."""
    relation = duckdb.sql(f"select cast(columns(*) as varchar) from read_parquet('{extract}/{care}/*.parquet')")
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


def test_an_extract_is_as_the_contract_wants_it(extract: Path) -> None:
    files = gate.check_extract(extract, SEEDS).files
    assert [len(list((extract / care).iterdir())) for care in COLUMNS] == [DELIVERIES, DELIVERIES]
    assert all(set(COLUMNS[file.folder]) - {"mvo"} == set(file.file.columns) for file in files)
    assert sum(file.account.rows_accepted for file in files) == pytest.approx(ROWS, rel=0.02)
    assert not any(file.account.unreadable_rows for file in files)


def test_the_same_arguments_give_the_same_rows(extract: Path, tmp_path: Path) -> None:
    generate(tmp_path, ROWS)
    for care in COLUMNS:
        assert sorted(map(str, raw_rows(tmp_path / "par", care))) == sorted(map(str, raw_rows(extract, care)))


def test_the_hand_written_program_counts_what_the_reference_counts(extract: Path, tmp_path: Path) -> None:
    by_hand_duckdb.count(extract, SEEDS, tmp_path / "answer.parquet")
    columns = ", ".join([*Cell._fields, *NUMBERS])
    found = duckdb.sql(f"select {columns} from '{tmp_path}/answer.parquet'").fetchall()
    folders = {care: list(raw_rows(extract, care)) for care in COLUMNS}
    rows = [row for of_folder in folders.values() for row in of_folder]
    _, cells = count(rows, read_settlements(SEEDS), months_delivered(folders))
    # the program does not ask whether a month is delivered (A7)
    found = [row for row in found if cells[Cell(*row[: len(Cell._fields)])] is not None]
    assert sorted(found) == sorted((*cell, *numbers.values()) for cell, numbers in cells.items() if numbers is not None)
    assert sum(row[len(Cell._fields)] for row in found) > 100
