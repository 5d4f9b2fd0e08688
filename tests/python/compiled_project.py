"""Runs the project's own SQL without dbt's start-up: compiled once, then executed on in-memory databases."""

from __future__ import annotations

import csv
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from vardkoer import gate
from vardkoer.dbt_plugin import Plugin
from vardkoer.gate import sources
from vardkoer.gate.account import REQUIRED
from vardkoer.paths import PROJECT
from vardkoer.sample import PROCEDURE_DATES

MARTS = ("contact_decisions", "operation_counts")
GRANT_MARTS = ("grant_earnings", "grant_allocations", "settlement_gaps", "bonus_pots")
WITHOUT_GRANTS = (*MARTS, "delivered_files", "quarantined_rows", "row_account")
COMPILED = (*WITHOUT_GRANTS, *GRANT_MARTS)
# What models are compiled from: their patterns for listed codes are literals.
READ_WHEN_COMPILED = ("procedure_codes", "operation_definitions")
# The raw layout of each folder, with what no rule reads.
COLUMNS = {"sv": (*REQUIRED, "mvo", "utdatum", *PROCEDURE_DATES), "ov": (*REQUIRED, "mvo")}


@dataclass(frozen=True)
class CompiledProject:
    """The seeds and models behind some marts, as manifest nodes in the order of their dependencies."""

    nodes: list[dict[str, Any]]
    plugin: Plugin

    def node(self, name: str) -> dict[str, Any]:
        """A model or seed by its name."""
        return next(node for node in self.nodes if node["name"] == name)

    def behind(self, marts: tuple[str, ...]) -> list[dict[str, Any]]:
        """The marts and what they rest on."""
        needed: set[str] = set()
        for node in reversed(self.nodes):
            if node["name"] in marts or node["unique_id"] in needed:
                needed |= {node["unique_id"], *node.get("depends_on", {}).get("nodes", [])}
        return [node for node in self.nodes if node["unique_id"] in needed]

    def build(
        self, par_path: Path, seeds: Path = PROJECT, marts: tuple[str, ...] = WITHOUT_GRANTS
    ) -> duckdb.DuckDBPyConnection:
        """A new database with the marts of an extract; seeds are read from below `seeds`.

        Raises RefusedDeliveryError when the extract is not what the contract says, duckdb.Error when the SQL fails.
        """
        connection = duckdb.connect(config={"threads": 1})
        for database in sorted({node["database"] for node in self.nodes}):
            connection.execute(f"attach ':memory:' as \"{database}\"")
            connection.execute(f'use "{database}"')
        for database, schema in sorted({(node["database"], node["schema"]) for node in self.nodes}):
            connection.execute(f'create schema if not exists "{database}"."{schema}"')
        self.plugin.configure_cursor(connection)
        for statement in sources.statements(gate.check_extract(par_path, seeds / "seeds")):
            connection.execute(statement)
        for node in self.behind(marts):
            if node["resource_type"] == "seed":
                connection.execute(seed_statement(node, seeds / node["original_file_path"]))
            elif node["config"]["materialized"] != "ephemeral":
                kind = "view" if node["config"]["materialized"] == "view" else "table"
                connection.execute(f"create {kind} {node['relation_name']} as {node['compiled_code']}")
        return connection


def compile_project(work_dir: Path) -> CompiledProject:
    """Compile the project on an extract of nothing, writing in `work_dir` only.

    Raises RuntimeError with dbt's output.
    """
    par_path = extract_of_nothing(work_dir)
    run_dbt(work_dir, par_path, "seed", "--select", *READ_WHEN_COMPILED)
    run_dbt(work_dir, par_path, "compile", "--select", *(f"+{mart}" for mart in COMPILED))
    manifest = json.loads((work_dir / "target" / "manifest.json").read_text(encoding="utf-8"))
    with environment(dbt_settings(work_dir, par_path)):
        plugin = Plugin("vardkoer", {})
    return CompiledProject(list(in_dependency_order(manifest)), plugin)


def extract_of_nothing(work_dir: Path) -> Path:
    """An extract of one contact in each folder of which nothing is known: one without a row would be refused."""
    par_path = work_dir / "extract_of_nothing"
    known = {"vardkontakt_id": "none", "leverans_nr": "1", "inrapporterad": "2025-01-01"}
    for folder, columns in COLUMNS.items():
        (par_path / folder).mkdir(parents=True)
        row = ";".join(known.get(column, "") for column in columns)
        (par_path / folder / "one_row.csv").write_text(f"{';'.join(columns)}\n{row}\n", encoding="utf-8")
    return par_path


def in_dependency_order(manifest: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The marts and everything they rest on, each node after its parents."""
    done: set[str] = set()

    def with_parents(key: str) -> Iterator[dict[str, Any]]:
        if key in done or key not in manifest["nodes"]:
            return
        done.add(key)
        node = manifest["nodes"][key]
        for parent in node.get("depends_on", {}).get("nodes", []):
            yield from with_parents(parent)
        yield node

    for key, node in manifest["nodes"].items():
        if node["name"] in COMPILED and node["resource_type"] == "model":
            yield from with_parents(key)


def seed_statement(node: Mapping[str, Any], path: Path) -> str:
    """The SQL that loads a seed with the column types of its yml; a column without a type stays text."""
    with path.open(encoding="utf-8", newline="") as stream:
        header = next(csv.reader(stream))
    types = node["config"]["column_types"]
    values = ", ".join(f'cast("{column}" as {types.get(column, "varchar")}) as "{column}"' for column in header)
    texts = ", ".join(f"'{column}': 'varchar'" for column in header)
    return (
        f"create table {node['relation_name']} as select {values} from read_csv('{path}', columns = {{{texts}}}, "
        "header = true, delim = ',', quote = '\"', escape = '\"', auto_detect = false)"
    )


def run_dbt(work_dir: Path, par_path: Path, *arguments: str) -> None:
    """Run dbt in a process of its own, on an extract, with the warehouse and everything else it writes in `work_dir`.

    Raises RuntimeError with dbt's output when it fails.
    """
    command = ["dbt", "--quiet", *arguments]
    result = subprocess.run(
        command,
        cwd=PROJECT,
        env=os.environ | dbt_settings(work_dir, par_path),
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{result.stdout}\n{result.stderr}")


def dbt_settings(work_dir: Path, par_path: Path) -> dict[str, str]:
    """The environment in which dbt writes in `work_dir` only."""
    return build_settings(par_path, work_dir) | {
        "WAREHOUSE_PATH": str(work_dir / "warehouse.duckdb"),
        "DBT_TARGET_PATH": str(work_dir / "target"),
        "DBT_LOG_PATH": str(work_dir / "logs"),
    }


def build_settings(par_path: Path, work_dir: Path) -> dict[str, str]:
    """The environment of a build of an extract; no region has reported anything."""
    reports = work_dir / "region_reports"
    reports.mkdir(parents=True, exist_ok=True)
    return {
        "PAR_PATH": str(par_path),
        "REGION_REPORTS_PATH": str(reports),
        "PERSON_KEY_SECRET": "the secret of the tests",
    }


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
