"""A place where a small extract with identity numbers at every turn was built once, and can be built again."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
from canaries import REGION, SECRET, write_canaries, write_canaries_in_files_at_fault, write_second_list
from extracts import identity, write_extract
from partial_extracts import files_of, month_rows
from shared_dbt import COLUMNS, Dbt
from test_delivery_gate import ROW, write_csv

from vardkoer import paths
from vardkoer.paths import PROJECT
from vardkoer.warehouse import run_record

COUNTED = """
select sum(operations)::integer from marts.operation_counts
where settlement_id = '2025_additional_payment' and region_code = '01'
"""
PATIENTS = 12
# A contact id that somebody built of the patient's number and a day.
OF_A_PERSON = f"{identity('18200229', '002')}-20250702"
BUILD = ("-m", "vardkoer.build")
# A build in whose second step a file is copied, which dbt has made before; the operations that it counted are set to
# those of the delivery of today. What dbt wrote then is read where no killed build has written since. The lineage,
# which is of the project and of no delivery, is one row.
BUILD_WITHOUT_DBT = """
import os, shutil, sys
import duckdb
from vardkoer.warehouse import build

def copy(candidate, *_):
    shutil.copyfile(sys.argv[1], candidate)
    with duckdb.connect(str(candidate)) as connection:
        connection.execute("update marts.operation_counts set operations = ? where operations = ?", sys.argv[3:])

os.environ["DBT_TARGET_PATH"] = sys.argv[2]
build.lineage.column_lineage = lambda target: [("mart", "column", "values from", "relation", "column")]
build.run_dbt = copy
sys.exit(build.build_and_publish())
"""


class Place:
    """A folder with an extract and the warehouse that is built from it, and `first`: what the first build has left."""

    def __init__(self, folder: Path):
        """Name what is in the folder."""
        self.folder = folder
        self.par_path = folder / "par"
        self.warehouse = folder / "out" / "published.duckdb"
        self.first = folder / "first"
        self.patients = PATIENTS

    def build_first(self, dbt: Dbt) -> None:
        """Write the extract and build it, with all that dbt can say of it; meanwhile dbt fills another warehouse from
        the same checkout."""
        self.warehouse.parent.mkdir(parents=True)
        (self.folder / "reports").mkdir()
        # two regions have delivered their months, so that there is something to publish
        months = [row for region in (ROW["lkf"][:2], REGION) for row in month_rows(region)]
        write_extract(files_of(months), self.par_path)
        for care in COLUMNS:
            self.deliver(care, PATIENTS)
        write_canaries(self.par_path)
        write_canaries_in_files_at_fault(self.par_path)
        write_second_list(self.folder / "lists")
        with subprocess.Popen(
            [*dbt.command, "--quiet", "seed"],
            cwd=PROJECT,
            env=self.environment(WAREHOUSE_PATH=str(self.folder / "warehouse.duckdb")),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as other:
            result = self.build(DBT_DEBUG="true", DBT_STORE_FAILURES="true")
            assert other.stdout
            said = other.stdout.read()
        assert result.returncode == 0, result.stdout + result.stderr
        assert other.returncode == 0, said
        shutil.copytree(self.warehouse.parent, self.first)
        (self.first / "screen").write_text(result.stdout + result.stderr, encoding="utf-8")

    def deliver(self, care: str, patients: int) -> None:
        """Write the file of a folder that has the patients."""
        rows = [
            ROW
            | {"vardkontakt_id": f"{care}{number}", "personnummer": identity("18200229", f"{number + 1:03d}")}
            | ({"vardkontakt_id": f"{care} {OF_A_PERSON}"} if number == 1 else {})
            | {"indatum": f"2025-07-{number % 28 + 1:02d}", "sjukhus": "10013" if care == "ov" else ""}
            for number in range(patients)
        ]
        write_csv(self.par_path / care / "one.csv", *rows)
        self.patients = patients

    def environment(self, **changes: str) -> dict[str, str]:
        """What a build is told."""
        return os.environ | {
            "PAR_PATH": str(self.par_path),
            "REGION_REPORTS_PATH": str(self.folder / "reports"),
            "COVERAGE_PATH": str(self.folder / "lists"),
            "PERSON_KEY_SECRET": SECRET,
            "WAREHOUSE_PATH": str(self.warehouse),
            "PYTHONPATH": str(PROJECT),
            **changes,
        }

    @property
    def without_dbt(self) -> tuple[str, ...]:
        """How a build is started that finds what the first has built."""
        script = self.folder / "build_without_dbt.py"
        script.write_text(BUILD_WITHOUT_DBT, encoding="utf-8")
        built = self.first / self.warehouse.name
        return (str(script), str(built), f"{built}.target", str(self.patients), str(PATIENTS))

    def build(
        self, how: tuple[str, ...] = BUILD, limit: int | None = None, **changes: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a build to its end; `limit` is the largest file in bytes that it may write."""
        return subprocess.run(
            [sys.executable, *how],
            cwd=PROJECT,
            env=self.environment(**changes),
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))) if limit else None,
        )

    def kill_at(self, line: str, how: tuple[str, ...] = BUILD) -> None:
        """Start a build and kill it, with everything it started, when a line of its output begins so or holds it."""
        with subprocess.Popen(
            [sys.executable, *how],
            cwd=PROJECT,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            assert process.stdout
            assert any(line in shown for shown in process.stdout), f"never reached: {line}"
            os.killpg(process.pid, signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL

    def counted(self) -> int:
        """What the published warehouse answers."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(COUNTED).fetchall()[0][0]

    @property
    def content(self) -> str:
        """Hash of the published file."""
        return run_record.sha256_of(self.warehouse)

    def record(self, number: int) -> run_record.Record:
        """A record as it lies beside the warehouse."""
        return json.loads((paths.records_folder(self.warehouse) / f"{number:05d}.json").read_text(encoding="utf-8"))
