"""No identity number and no secret reaches the warehouse, an artifact, a log or the screen, whatever happens."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
from build_place import PATIENTS, Place
from canaries import (
    CANARIES,
    FORBIDDEN,
    INVALID_CANARIES,
    SECRET,
    SUSPECT,
    assert_clean,
    forms_of,
    write_canaries,
    write_second_list,
)
from shared_dbt import Dbt, dbt_settings

from vardkoer.paths import PROJECT

VARDKOER = (sys.executable, "-m", "vardkoer")


def test_every_form_is_suspect() -> None:
    for number in CANARIES + INVALID_CANARIES:
        assert all(any(text in form.encode() for text in SUSPECT) for form in forms_of(number))


def test_a_published_build_leaks_nothing(place: Place) -> None:
    """Neither do dbt's log with every statement, the rows that fail its tests, the quarantine, the run record or what
    Great Expectations writes; file names are masked."""
    screen = (place.first / "screen").read_text(encoding="utf-8")
    assert "identity_missing_percent" in screen
    log = place.first / f"{place.warehouse.name}.target" / "dbt.log"
    assert "create table" in log.read_text(encoding="utf-8")
    assert_clean(place.first.rglob("*"))
    warehouse = place.first / place.warehouse.name
    assert_warehouse_is_clean(warehouse)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute("select file_name, row_in_file from marts.quarantined_rows").fetchall()
    assert sorted(rows) == [("ov/leverans_*.csv", 101), ("ov/leverans_*.csv", 201)]


def test_what_leaves_a_warehouse_leaks_nothing(place: Place, tmp_path: Path) -> None:
    """Workbooks, open data, web site, drafts of reports, and the list of second lists that a region gets."""
    warehouse = place.environment(WAREHOUSE_PATH=str(place.first / place.warehouse.name))
    commands = [(name, "--output", str(tmp_path / name)) for name in ("export", "report", "report-draft")]
    commands.append(("coverage", "list", "2025_additional_payment", "01", str(tmp_path / "region.csv")))
    for command in commands:
        result = subprocess.run(
            [*VARDKOER, *command], cwd=PROJECT, env=warehouse, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stdout + result.stderr
        assert not FORBIDDEN.search(result.stdout + result.stderr), "on the screen"
    assert len((tmp_path / "region.csv").read_text(encoding="utf-8").splitlines()) > 2
    assert_clean(tmp_path.rglob("*"))


def assert_warehouse_is_clean(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        columns = connection.execute(
            "select table_schema, table_name, column_name from information_schema.columns order by all"
        ).fetchall()
        assert ("marts", "contact_decisions", "contact_key") in columns
        for schema, table, column in columns:
            # compressed pages hide text from a search of the file
            values = connection.execute(
                f'select distinct cast("{column}" as varchar) from "{schema}"."{table}"'
            ).fetchall()
            assert not [value for (value,) in values if value and FORBIDDEN.search(value)], (schema, table, column)
        (persons,) = connection.execute(
            "select count(distinct person_key) from intermediate.int_contact_rows_ordered"
        ).fetchone()
        (listed,) = connection.execute(
            "select count(distinct person_key) from intermediate.int_list_rows_read"
        ).fetchone()
    assert persons == len(CANARIES) + PATIENTS
    assert len(CANARIES) / 2 < listed < len(CANARIES)


@pytest.fixture
def par_path(tmp_path: Path) -> Path:
    """The canaries and nothing else."""
    write_canaries(tmp_path / "par")
    write_second_list(tmp_path / "lists")
    return tmp_path / "par"


def build(
    work_dir: Path, par_path: Path, command: Sequence[str], secret: str = SECRET
) -> subprocess.CompletedProcess[str]:
    settings = dbt_settings(work_dir, par_path) | {
        "PERSON_KEY_SECRET": secret,
        "COVERAGE_PATH": str(work_dir / "lists"),
        "DBT_DEBUG": "true",
    }
    return subprocess.run(command, cwd=PROJECT, env=os.environ | settings, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("fault", "command"),
    [
        ("a long row", "make build"),
        ("an open quote", "make build"),
        ("an unreadable date", "make build"),
        ("a column renamed", "make build"),
        # the same gate, told by dbt
        ("an unreadable date", "dbt build"),
    ],
)
def test_a_build_that_fails_leaks_nothing(dbt: Dbt, tmp_path: Path, par_path: Path, fault: str, command: str) -> None:
    file = par_path / "sv" / "canaries.csv"
    text = file.read_text(encoding="utf-8")
    changes = {
        "a long row": text.replace("H25.9", "H25.9;;", 1),
        "an open quote": text.replace("H25.9", '"H25.9', 1),
        "an unreadable date": text.replace("2025-08-10", "2025-13-10", 1),
        "a column renamed": text.replace("inrapporterad", "x", 1),
    }
    file.write_text(changes[fault], encoding="utf-8")
    result = build(tmp_path, par_path, [*dbt.command, "build"] if command == "dbt build" else (*VARDKOER, "build"))
    assert result.returncode != 0
    assert "file=" in result.stdout + result.stderr
    assert not FORBIDDEN.search(result.stdout + result.stderr), "on the screen"
    given = (par_path, tmp_path / "lists")
    assert_clean(path for path in tmp_path.rglob("*") if not any(map(path.is_relative_to, given)))


def test_an_extract_of_your_own_needs_a_secret_of_your_own(dbt: Dbt, tmp_path: Path, par_path: Path) -> None:
    result = build(tmp_path, par_path, [*dbt.command, "build"], secret="")
    assert result.returncode != 0
    assert "PERSON_KEY_SECRET is not set" in result.stdout
    assert not (tmp_path / "warehouse.duckdb").exists()
