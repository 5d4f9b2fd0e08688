"""Runs the project's own SQL without dbt's start-up: compiled once, then executed on in-memory databases."""

from __future__ import annotations

import copy
import csv
import dataclasses
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from shared_dbt import Dbt, dbt_settings, environment

from vardkoer import gate
from vardkoer.dbt_plugin import Plugin
from vardkoer.gate import sources
from vardkoer.gate.coverage import read_lists
from vardkoer.paths import PROJECT

MARTS = ("contact_decisions", "operation_counts")
GRANT_MARTS = ("grant_earnings", "grant_allocations", "settlement_gaps", "bonus_pots")
WITHOUT_GRANTS = (*MARTS, "delivered_files", "quarantined_rows", "row_account")
COVERAGE_MARTS = (
    "coverage_decisions",
    "coverage_register_only",
    "coverage_counts",
    "coverage_disclosed",
    "coverage_growth",
    "coverage_worth_disclosed",
    "coverage_row_account",
)
COMPILED = (*WITHOUT_GRANTS, *GRANT_MARTS, "delivered_layouts", *COVERAGE_MARTS, "reading_effects")


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

    def with_secret(self, secret: bytes) -> CompiledProject:
        """The same project with another secret of the person pseudonym."""
        plugin = copy.copy(self.plugin)
        plugin.set_keys(secret)
        return CompiledProject(self.nodes, plugin)

    def build(
        self,
        par_path: Path,
        seeds: Path = PROJECT,
        marts: tuple[str, ...] = WITHOUT_GRANTS,
        threads: int = 1,
        lists_path: Path | None = None,
    ) -> duckdb.DuckDBPyConnection:
        """A new database with the marts of an extract and of second lists; seeds are read from below `seeds`.

        Raises RefusedDeliveryError when a file is not what the contract says, duckdb.Error when the SQL fails.
        """
        connection = duckdb.connect(config={"threads": threads})
        for database in sorted({node["database"] for node in self.nodes}):
            connection.execute(f"attach ':memory:' as \"{database}\"")
            connection.execute(f'use "{database}"')
        for database, schema in sorted({(node["database"], node["schema"]) for node in self.nodes}):
            connection.execute(f'create schema if not exists "{database}"."{schema}"')
        self.plugin.configure_cursor(connection)
        passed = gate.check_extract(par_path, seeds / "seeds")
        passed = dataclasses.replace(passed, lists=read_lists(lists_path, seeds / "seeds"))
        for statement in sources.statements(passed):
            connection.execute(statement)
        for node in self.behind(marts):
            if node["resource_type"] == "seed":
                connection.execute(seed_statement(node, seeds / node["original_file_path"]))
            elif node["config"]["materialized"] != "ephemeral":
                kind = "view" if node["config"]["materialized"] == "view" else "table"
                connection.execute(f"create {kind} {node['relation_name']} as {node['compiled_code']}")
        return connection


def compiled_project(dbt: Dbt) -> CompiledProject:
    """The project as dbt compiled it."""
    # a warehouse for each worker, since who opens one holds its lock
    work_dir = dbt.target.parent / f"worker_{os.getpid()}"
    with environment(dbt_settings(work_dir, dbt.target.parent / "extract_of_nothing")):
        plugin = Plugin("vardkoer", {})
    return CompiledProject(list(in_dependency_order(dbt.read())), plugin)


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
