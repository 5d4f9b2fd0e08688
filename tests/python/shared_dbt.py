"""dbt as tests run it: the project is parsed and compiled once, whatever the number of tests and of workers."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from vardkoer.gate.account import REQUIRED
from vardkoer.paths import PROJECT, SEEDS
from vardkoer.sample import PROCEDURE_DATES

HERE = Path(__file__).parent
# What models are compiled from: their patterns for listed codes are literals.
READ_WHEN_COMPILED = ("procedure_codes", "operation_definitions")
# Options of a build whose rows a test looks at itself.
UNTESTED = ("--exclude-resource-type", "test", "unit_test")
# The raw layout of each folder, with what no rule reads.
COLUMNS = {"sv": (*REQUIRED, "mvo", "utdatum", *PROCEDURE_DATES), "ov": (*REQUIRED, "mvo")}


class Dbt:
    """dbt and what it has made of the project in `target`; nothing is built, and the database is called `warehouse`."""

    def __init__(self, folder: Path):
        """Compile every model into a folder, unless another worker has. Raises RuntimeError with dbt's output."""
        self.target = folder / "target"
        once(folder, lambda: self._compile(folder))

    def _compile(self, folder: Path) -> None:
        par_path = extract_of_nothing(folder)
        with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
            connection.execute("create schema seeds")
            for name in READ_WHEN_COMPILED:
                rows = SEEDS / "rules" / f"{name}.csv"
                connection.execute(f"create table seeds.{name} as from read_csv('{rows}', all_varchar = true)")
        _run(["dbt"], folder, par_path, "compile", "--select", "resource_type:model")

    def read(self, name: str = "manifest.json") -> dict[str, Any]:
        """One of the files that dbt wrote when it compiled."""
        return json.loads((self.target / name).read_text(encoding="utf-8"))

    @property
    def command(self) -> list[str]:
        """dbt for a process of its own that need not parse the project again."""
        return self._with_manifest("handed_manifest.py")

    @property
    def vardkoer(self) -> list[str]:
        """The project's own command for a process whose dbt need not parse the project again."""
        return self._with_manifest("quick_vardkoer.py")

    def _with_manifest(self, script: str) -> list[str]:
        return [sys.executable, str(HERE / script), str(self.target / "partial_parse.msgpack")]

    def run(self, work_dir: Path, par_path: Path, *arguments: str) -> None:
        """Run dbt on an extract, with the warehouse and everything else it writes in `work_dir`.

        Raises RuntimeError with dbt's output when it fails.
        """
        _run(self.command, work_dir, par_path, *arguments)


def once(folder: Path, make: Callable[[], None]) -> None:
    """Make a folder, unless another worker has; who comes while it is made waits."""
    done = folder.with_name(f"{folder.name}.done")
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            make()
            done.touch()


def _run(command: list[str], work_dir: Path, par_path: Path, *arguments: str) -> None:
    result = subprocess.run(
        [*command, "--quiet", *arguments],
        cwd=PROJECT,
        env=os.environ | dbt_settings(work_dir, par_path),
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise RuntimeError(f"dbt {' '.join(arguments)} failed:\n{result.stdout}\n{result.stderr}")


def dbt_settings(work_dir: Path, par_path: Path) -> dict[str, str]:
    """The environment in which dbt builds an extract and writes in `work_dir` only; no region has reported anything."""
    reports = work_dir / "region_reports"
    reports.mkdir(parents=True, exist_ok=True)
    return {
        "PAR_PATH": str(par_path),
        "REGION_REPORTS_PATH": str(reports),
        "COVERAGE_PATH": "",
        "PERSON_KEY_SECRET": "the secret of the tests",
        "WAREHOUSE_PATH": str(work_dir / "warehouse.duckdb"),
        "DBT_TARGET_PATH": str(work_dir / "target"),
        "DBT_LOG_PATH": str(work_dir / "logs"),
    }


def extract_of_nothing(work_dir: Path) -> Path:
    """An extract of one contact in each folder of which nothing is known: one without a row would be refused."""
    par_path = work_dir / "extract_of_nothing"
    known = {"vardkontakt_id": "none", "leverans_nr": "1", "inrapporterad": "2025-01-01"}
    for folder, columns in COLUMNS.items():
        (par_path / folder).mkdir(parents=True)
        row = ";".join(known.get(column, "") for column in columns)
        (par_path / folder / "one_row.csv").write_text(f"{';'.join(columns)}\n{row}\n", encoding="utf-8")
    return par_path


@contextmanager
def environment(settings: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for the length of a block."""
    before = dict(os.environ)
    os.environ.update(settings)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
