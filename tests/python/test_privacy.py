"""No identity number and no secret reaches the warehouse, an artifact, a log or the screen, whatever happens."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pytest
from extracts import identity, write_file
from partial_extracts import files_of, month_rows
from shared_dbt import Dbt, dbt_settings
from test_delivery_gate import ROW, write_csv

from vardkoer.paths import PROJECT

SECRET = "a secret that must not be seen anywhere"
CANARIES = [identity("18200229", f"{serial:03d}") for serial in range(101, 121)]
INVALID_CANARIES = [canary[:-1] + str((int(canary[-1]) + 1) % 10) for canary in CANARIES]


@pytest.fixture
def par_path(tmp_path: Path) -> Path:
    """Every canary once in each folder, valid and not, in several spellings, and typed wherever there is text."""
    for folder in ("sv", "ov"):
        (tmp_path / "par" / folder).mkdir(parents=True)
        rows = [
            ROW
            | {"vardkontakt_id": f"{folder} {forms_of(canary)[number % 8]}-{number}", "personnummer": spelling}
            | {["sjukhus", "mvo", "lkf", "hdia"][number % 4]: forms_of(canary)[number % 7]}
            | {"op": f"CJE20 {canary[:8]} {canary[8:]} {canary}", "opd2": canary if number % 3 == 0 else ""}
            for number, canary in enumerate(CANARIES + INVALID_CANARIES)
            for spelling in [
                [canary, f"{canary[:8]}-{canary[8:]}", f" {canary}", f"{canary[:8]}+{canary[8:]}"][number % 4]
            ]
        ]
        write_csv(tmp_path / "par" / folder / "one.csv", *rows)
    write_second_list(tmp_path / "lists")
    return tmp_path / "par"


def write_second_list(folder: Path) -> None:
    """The canaries once more, in a list that the register is compared with; its file is called after one."""
    folder.mkdir()
    rows = [
        {
            "list_id": "cataract_sample",
            "personnummer": forms_of(canary)[number % 8],
            "category_id": "cataract",
            "procedure_code": canary,
            "operation_date": "2025-07-01",
            "hospital_code": forms_of(canary)[(number + 3) % 8],
            "lkf": canary if number % 2 else "0180",
        }
        for number, canary in enumerate(CANARIES + INVALID_CANARIES)
    ]
    lines = [";".join(rows[0]), *(";".join(row.values()) for row in rows)]
    (folder / f"list_{CANARIES[5]}.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")


SURFACES = ("export", "report", "report-draft")
VARDKOER = (sys.executable, "-m", "vardkoer")
MAKE_BUILD = (*VARDKOER, "build")


def build(
    work_dir: Path, par_path: Path, command: Sequence[str], secret: str = SECRET
) -> subprocess.CompletedProcess[str]:
    settings = dbt_settings(work_dir, par_path) | {
        "PERSON_KEY_SECRET": secret,
        "COVERAGE_PATH": str(work_dir / "lists"),
        "DBT_DEBUG": "true",
        "DBT_STORE_FAILURES": "true",
    }
    return subprocess.run(command, cwd=PROJECT, env=os.environ | settings, capture_output=True, text=True, check=False)


def forms_of(number: str) -> list[str]:
    """A number of 12 digits as it may appear: whole, with a sign, without the century."""
    return [
        number,
        f"{number[:8]}-{number[8:]}",
        f"{number[:8]}+{number[8:]}",
        f"{number[:8]} {number[8:]}",
        f"{number[:8]}_{number[8:]}",
        f"{number[:4]}-{number[4:6]}-{number[6:8]}-{number[8:]}",
        number[2:],
        f"{number[2:8]}-{number[8:]}",
    ]


FORBIDDEN = re.compile("|".join(re.escape(f) for n in CANARIES + INVALID_CANARIES for f in forms_of(n)) + "|" + SECRET)
# Every forbidden text has one of these in it, which are found faster, and hardly anywhere.
SUSPECT = [b"200229", b"20-02-29-", SECRET.encode()]


def test_every_form_is_suspect() -> None:
    for number in CANARIES + INVALID_CANARIES:
        assert all(any(text in form.encode() for text in SUSPECT) for form in forms_of(number))


def assert_nothing_leaked(work_dir: Path, *results: subprocess.CompletedProcess[str]) -> None:
    for result in results:
        assert not FORBIDDEN.search(result.stdout + result.stderr), "on the screen"
    given = (work_dir / "par", work_dir / "lists")
    files = [path for path in work_dir.rglob("*") if path.is_file() and not any(map(path.is_relative_to, given))]
    assert files
    for path in files:
        for content in contents_of(path):
            if any(text in content for text in SUSPECT):
                assert not FORBIDDEN.search(content.decode("latin-1")), path


def contents_of(path: Path) -> Iterator[bytes]:
    """What is in a file; of a workbook, which is packed, what is in its parts."""
    yield path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            yield from map(packed.read, packed.namelist())


def test_a_published_build_leaks_nothing(tmp_path: Path, par_path: Path) -> None:
    """Neither do dbt's log with every statement, the rows that fail its tests, the quarantine, the run record or what
    Great Expectations writes, nor what leaves the warehouse as workbooks, open data, web site and drafts of reports;
    file names are masked."""
    (par_path / f"{CANARIES[3]}.xlsx").touch()
    # a region that has delivered its months, so that there is something to publish
    for months in files_of(month_rows("13")):
        write_file(months, par_path / months.folder / "months")
    file = par_path / "ov" / f"leverans_{CANARIES[0]}.csv"
    write_csv(file, *(ROW | {"vardkontakt_id": f"more{number}", "personnummer": ""} for number in range(2500)))
    lines = file.read_text(encoding="utf-8").splitlines()
    lines = [f"{line};{CANARIES[4]}" for line in lines]
    lines[100] += f";{CANARIES[1]}"
    lines[200] = lines[200].replace("2025-08-10", CANARIES[2])
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    results = [
        build(tmp_path, par_path, command)
        for command in (
            MAKE_BUILD,
            *((*VARDKOER, surface, "--output", str(tmp_path / surface)) for surface in SURFACES),
            (*VARDKOER, "coverage", "list", "2025_additional_payment", "01", str(tmp_path / "region.csv")),
        )
    ]
    for result in results:
        assert result.returncode == 0, result.stdout + result.stderr
    assert "identity_missing_percent" in results[0].stdout
    assert "create table" in (tmp_path / "logs" / "dbt.log").read_text(encoding="utf-8")
    assert len((tmp_path / "region.csv").read_text(encoding="utf-8").splitlines()) > 2
    assert_nothing_leaked(tmp_path, *results)
    assert_warehouse_is_clean(tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute("select file_name, row_in_file from marts.quarantined_rows").fetchall()
    assert sorted(rows) == [("ov/leverans_*.csv", 101), ("ov/leverans_*.csv", 201)]


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
    assert persons == len(CANARIES)
    assert len(CANARIES) / 2 < listed < len(CANARIES)


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
    file = par_path / "sv" / "one.csv"
    text = file.read_text(encoding="utf-8")
    changes = {
        "a long row": text.replace("H25.9", "H25.9;;", 1),
        "an open quote": text.replace("H25.9", '"H25.9', 1),
        "an unreadable date": text.replace("2025-08-10", "2025-13-10", 1),
        "a column renamed": text.replace("inrapporterad", "x", 1),
    }
    file.write_text(changes[fault], encoding="utf-8")
    result = build(tmp_path, par_path, [*dbt.command, "build"] if command == "dbt build" else MAKE_BUILD)
    assert result.returncode != 0
    assert "file=" in result.stdout + result.stderr
    assert_nothing_leaked(tmp_path, result)


def test_an_extract_of_your_own_needs_a_secret_of_your_own(dbt: Dbt, tmp_path: Path, par_path: Path) -> None:
    result = build(tmp_path, par_path, [*dbt.command, "build"], secret="")
    assert result.returncode != 0
    assert "PERSON_KEY_SECRET is not set" in result.stdout
    assert not (tmp_path / "warehouse.duckdb").exists()
