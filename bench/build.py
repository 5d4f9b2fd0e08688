"""Runs dbt on a scratch copy of the project, with an extract and a warehouse of its own."""

from __future__ import annotations

import csv
import dataclasses
import json
import shutil
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from bench.measure import Measurement, measure
from vardkoer.paths import PROJECT

# What dbt reads and runs: a copy of it is a project of its own.
PARTS = (
    "dbt_project.yml",
    "profiles.yml",
    "selectors.yml",
    "models",
    "macros",
    "seeds",
    "tests",
    "analyses",
    "vardkoer",
)
WITHOUT_TESTS = ("build", "--exclude-resource-type", "test", "unit_test")
# A code of the generated everyday care that begins like no listed one, so that every delivery must be looked at again.
NEW_CODE = {"list_id": "hip_prosthesis_procedures", "code": "NCB49", "name_sv": "Ny kod", "valid_from": "2022-01-01"}


@dataclasses.dataclass(frozen=True)
class Build:
    """A run of dbt: what the process took, for how many seconds SQL ran, how many by layer and model (where statements
    that ran side by side are added), and how many nodes there were."""

    process: Measurement
    sql: float
    layers: Counter[str]
    models: Counter[str]
    nodes: int


class ScratchProject:
    """A copy of the project that one size of extract is built with."""

    def __init__(self, folder: Path) -> None:
        """Copy what dbt reads; what an earlier benchmark left is removed."""
        shutil.rmtree(folder, ignore_errors=True)
        self.root = folder / "project"
        self.warehouse = folder / "warehouse.duckdb"
        for part in PARTS:
            copy = shutil.copytree if (PROJECT / part).is_dir() else shutil.copy
            (self.root / part).parent.mkdir(parents=True, exist_ok=True)
            copy(PROJECT / part, self.root / part)
        (folder / "no_region_reports").mkdir()
        self.settings = {
            "REGION_REPORTS_PATH": str(folder / "no_region_reports"),
            "WAREHOUSE_PATH": str(self.warehouse),
            "PERSON_KEY_SECRET": "secret of the benchmark",
        }

    def run(self, extract: Path | None, *arguments: str, **settings: str) -> Build:
        """One run of dbt; without an extract it is the sample's."""
        environment = self.settings | {"PAR_PATH": str(extract)} if extract else {"WAREHOUSE_PATH": str(self.warehouse)}
        return run_dbt(self.root, environment | settings, *(arguments or WITHOUT_TESTS))

    def forget(self) -> None:
        """The next build is a first build."""
        for path in self.warehouse.parent.glob(f"{self.warehouse.name}*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def list_another_code(self) -> None:
        """Change the code list of a category."""
        path = self.root / "seeds/rules/procedure_codes.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            names = next(csv.reader(stream))
        with path.open("a", encoding="utf-8", newline="") as stream:
            source = {"status": "provisional", "source_id": "kva_2016", "source_ref": "benchmark"}
            csv.DictWriter(stream, names, lineterminator="\n").writerow(NEW_CODE | source)

    def restore_codes(self) -> None:
        """Undo `list_another_code`."""
        shutil.copy(PROJECT / "seeds/rules/procedure_codes.csv", self.root / "seeds/rules/procedure_codes.csv")


def run_dbt(project: Path, settings: Mapping[str, str], *arguments: str) -> Build:
    """Run dbt in a project's folder. What it parsed is kept there for the next run."""
    target = project / f"target{settings.get('DUCKDB_MEMORY_LIMIT', '')}"
    result = project / "statements.json"
    # -P: the folder of the program is not a place to import from
    command = [sys.executable, "-P", str(Path(__file__).with_name("dbt_statements.py")), str(result)]
    places = {"DBT_TARGET_PATH": str(target), "DBT_LOG_PATH": str(target), "DBT_PROFILES_DIR": str(project)}
    options = ("--quiet", "--log-level-file", "info")
    process = measure([*command, *options, *arguments], project, places | dict(settings))
    layers, models = Counter[str](), Counter[str]()
    statements = json.loads(result.read_text(encoding="utf-8"))
    for statement in statements:
        seconds = statement["end"] - statement["begin"]
        layers["seeds" if statement["is_seed"] else statement["folder"]] += seconds
        models[statement["node"]] += seconds
    spans = [(statement["begin"], statement["end"]) for statement in statements]
    return Build(process, covered(spans), layers, models, len(models))


def covered(spans: list[tuple[float, float]]) -> float:
    """For how long at least one of the spans lasted."""
    seconds, reached = 0.0, 0.0
    for start, end in sorted(spans):
        seconds += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return seconds


def trivial_project(folder: Path, models: int) -> Path:
    """A project of tables with one row, to tell dbt's own time from the time of SQL."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(
        "name: trivial\nversion: 1.0.0\nconfig-version: 2\nprofile: naive\n"
        "flags: {send_anonymous_usage_stats: false}\nmodels: {trivial: {+materialized: table}}\n"
    )
    shutil.copy(Path(__file__).with_name("naive") / "profiles.yml", folder)
    for number in range(models):
        (folder / "models" / f"model_{number}.sql").write_text("select 1 as one\n")
    return folder
