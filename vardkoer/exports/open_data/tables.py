"""What may leave the warehouse, as the yml of the contracts describes it; there is no other list of columns.

A mart or a seed is open data when its yml says `open_data: true`; a column of it stays when its own yml says false.
What a mart must be is said by constraints and tests, what a seed must be by its `meta` (vardkoer/gate/seeds.py).
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from vardkoer.reading.release import ExportError, Release


@dataclasses.dataclass(frozen=True)
class Column:
    """A column of an open table."""

    name: str
    data_type: str
    description: str
    is_required: bool
    allowed: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class OpenTable:
    """A mart or seed that is published, without the columns that stay."""

    name: str
    title: str
    description: str
    relation: str
    is_reference: bool
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    language: str = "en"


def open_tables(release: Release, manifest_path: Path) -> list[OpenTable]:
    """The open tables of dbt's manifest, reference tables first. Raises ExportError when it is not the warehouse's."""
    try:
        nodes = json.loads(manifest_path.read_text(encoding="utf-8"))["nodes"].values()
    except FileNotFoundError:
        raise ExportError(f"file={manifest_path}: dbt has left no description of the marts; make build") from None
    tests = [node for node in nodes if node["resource_type"] == "test"]
    tables = [
        _open_table(node, [test for test in tests if test.get("attached_node") == node["unique_id"]])
        for node in nodes
        if node["resource_type"] in ("model", "seed") and node["config"]["meta"].get("open_data")
    ]
    for table in tables:
        _check_columns(release, table, manifest_path)
    return sorted(tables, key=lambda table: (not table.is_reference, table.name))


def _open_table(node: dict[str, Any], tests: list[dict[str, Any]]) -> OpenTable:
    types = node["config"]["column_types"]
    columns = tuple(
        Column(
            name=name,
            data_type=types.get(name) or spec["data_type"],
            description=_one_line(spec["description"]),
            is_required=_is_required(spec),
            allowed=_allowed(name, spec, tests),
        )
        for name, spec in node["columns"].items()
        if spec["config"]["meta"].get("open_data", True)
    )
    return OpenTable(
        name=node["name"],
        title=node["config"]["meta"]["title_sv"],
        description=_one_line(node["description"]),
        relation=f"{node['schema']}.{node['alias']}",
        is_reference=node["resource_type"] == "seed",
        columns=columns,
        key=_key(node, columns, tests),
        language=node["config"]["meta"].get("language", "en"),
    )


def _tests_of(tests: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    """Arguments of the generic tests of some names."""
    metadata = [test["test_metadata"] for test in tests if test.get("test_metadata")]
    return [found["kwargs"] for found in metadata if found["name"] in names]


def _is_required(column: dict[str, Any]) -> bool:
    is_constrained = any(constraint["type"] == "not_null" for constraint in column["constraints"])
    return is_constrained or bool({"required", "unique"} & column["config"]["meta"].keys())


def _allowed(column: str, spec: dict[str, Any], tests: list[dict[str, Any]]) -> tuple[str, ...]:
    found = [test["values"] for test in _tests_of(tests, "accepted_values") if test["column_name"] == column]
    return tuple(found[0] if found else spec["config"]["meta"].get("values", ()))


def _key(node: dict[str, Any], columns: tuple[Column, ...], tests: list[dict[str, Any]]) -> tuple[str, ...]:
    """The tested key; none when a part of it may be missing or stays."""
    required = {column.name for column in columns if column.is_required}
    keys = [tuple(key["columns"]) for key in node.get("constraints", []) if key["type"] == "primary_key"]
    keys += [(name,) for name, spec in node["columns"].items() if spec["config"]["meta"].get("unique")]
    keys += [tuple(test["columns"]) for test in _tests_of(tests, "unique_combination")]
    return next((key for key in keys if required.issuperset(key)), ())


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _check_columns(release: Release, table: OpenTable, manifest_path: Path) -> None:
    found = release.rows(
        "select column_name from information_schema.columns where table_schema || '.' || table_name = ?",
        [table.relation],
    )
    missing = {column.name for column in table.columns} - {name for (name,) in found}
    if missing:
        raise ExportError(
            f"file={manifest_path}: describes {table.relation}.{min(missing)}, which the warehouse does not have; "
            "make build makes both"
        )
