"""Runs the project's commands on a scratch copy of it, with an extract and a warehouse of its own."""

from __future__ import annotations

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


class ScratchProject:
    """A copy of the project that one extract is built with; without an extract it is the sample."""

    def __init__(self, folder: Path, extract: Path | None = None) -> None:
        """Copy what dbt reads; what an earlier benchmark left is removed."""
        shutil.rmtree(folder, ignore_errors=True)
        self.root = folder / "project"
        self.warehouse = folder / "warehouse.duckdb"
        for part in PARTS:
            copy = shutil.copytree if (PROJECT / part).is_dir() else shutil.copy
            (self.root / part).parent.mkdir(parents=True, exist_ok=True)
            copy(PROJECT / part, self.root / part)
        self.settings = {"WAREHOUSE_PATH": str(self.warehouse)}
        if extract:
            self.settings |= {"PAR_PATH": str(extract), "PERSON_KEY_SECRET": "secret of the benchmark"}

    def vardkoer(self, *command: str, **settings: str) -> Measurement:
        """One of the project's own commands, as make runs it."""
        return measure([sys.executable, "-m", "vardkoer", *command], self.root, self.settings | settings)

    def dbt(self, *arguments: str) -> Measurement:
        """One run of dbt with its data tests."""
        return run_dbt(self.root, self.settings, *arguments)

    def forget(self) -> None:
        """The next build is a first build: of the warehouse, its records and what dbt has parsed nothing is left."""
        for path in [*self.warehouse.parent.glob(f"{self.warehouse.name}*"), *self.root.glob("target*")]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def run_dbt(project: Path, settings: Mapping[str, str], *arguments: str) -> Measurement:
    """Run dbt in a project's folder. Its work is the seconds during which a statement of a model or a seed ran."""
    result = project / "statements.json"
    # -P: the folder of the program is not a place to import from
    command = [sys.executable, "-P", str(Path(__file__).with_name("dbt_statements.py")), str(result)]
    places = {"DBT_TARGET_PATH": str(project / "target"), "DBT_LOG_PATH": str(project / "target")}
    process = measure([*command, "--quiet", *arguments], project, places | dict(settings))
    layers, models = Counter[str](), Counter[str]()
    statements = json.loads(result.read_text(encoding="utf-8"))
    nodes = len({statement["node"] for statement in statements})
    built = [statement for statement in statements if statement["kind"] in ("model", "seed")]
    for statement in built:
        seconds = statement["end"] - statement["begin"]
        layers["seeds" if statement["kind"] == "seed" else statement["folder"]] += seconds
        models[statement["node"]] += seconds
    work = covered([(statement["begin"], statement["end"]) for statement in built])
    return dataclasses.replace(process, work=work, layers=layers, models=models, nodes=nodes)


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
