"""What leaves the warehouse is computed in models: everything outside them selects rows and columns by key."""

from __future__ import annotations

import ast
import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import sqlglot
from report_html import parsed
from shared_dbt import Dbt
from sqlglot import exp

from vardkoer import paths
from vardkoer.paths import PROJECT
from vardkoer.reading.explain import list_excluded

PACKAGE = PROJECT / "vardkoer"
# What may compute in SQL of its own, and why: nothing of it answers a reader from the built warehouse.
OUTSIDE = {
    "gate": "looks at raw files before there is a warehouse, and hands them to dbt",
    "convert": "writes raw files in another format",
    "reduce": "makes a small extract of a large one, by Spark",
    "sample": "invents an extract",
    "warehouse/run_record.py": "hashes what the tables hold, for the record and its verification",
    "warehouse/lineage.py": "takes the SQL of models apart and runs none",
}
STATEMENT = re.compile(r"\s*(--[^\n]*\s+)*(select|from|with|copy|create|insert|update|delete)\s+\S", re.IGNORECASE)
# A piece of a statement that is put together elsewhere, where it reads, joins, adds up or decides.
PIECE = re.compile(
    r"\b(from|join)\s+(marts|seeds|intermediate|records|placed)\b"
    r"|\b(group\s+by|partition\s+by|having|qualify|case\s+when)\b"
    r"|\b(sum|count|avg|mean|median|min|max|any_value|arg_min|arg_max|min_by|max_by|string_agg|list|array_agg"
    r"|bool_and|bool_or|first|last|row_number|rank|dense_rank|coalesce|exists)\(",
    re.IGNORECASE,
)
# What joins, adds up or decides. A query that selects rows and columns by key calls no function at all.
COMPUTING = (
    exp.Join,
    exp.Group,
    exp.Having,
    exp.Qualify,
    exp.Window,
    exp.Distinct,
    exp.SetOperation,
    exp.With,
    exp.Func,
)
CONNECTING = (exp.And, exp.Or)
# Questions about the database itself, and not about what it holds.
CATALOG = re.compile(r"duckdb_|information_schema|pg_|to_regnamespace|hashtext")


def statements() -> Iterator[tuple[str, str]]:
    """Every SQL file, and every text of a module that is SQL, of what reads the warehouse."""
    for path in sorted(PACKAGE.rglob("*")):
        name = str(path.relative_to(PACKAGE))
        if any(name == outside or name.startswith(f"{outside}/") for outside in OUTSIDE):
            continue
        if path.suffix == ".sql":
            yield name, path.read_text(encoding="utf-8")
        if path.suffix == ".py":
            found = [text for text in texts_of(path) if STATEMENT.match(text) or PIECE.search(text)]
            yield from ((f"{name}: {text.strip()[:60]}", text.replace("{}", "placed")) for text in found)


def computing(text: str) -> list[str]:
    """What a statement does beside selecting rows and columns; nothing where it asks the database about itself."""
    statement = sqlglot.parse_one(text, read="duckdb")
    named = {query.alias for query in statement.find_all(exp.CTE)}
    tables = [table for table in statement.find_all(exp.Table) if table.name not in named]
    asked = [table.db or table.name or table.this.name for table in tables]
    asked = asked or [function.name for function in statement.find_all(exp.Anonymous)]
    if asked and all(CATALOG.match(name) for name in asked):
        return []
    found = {type(part).__name__ for part in statement.find_all(*COMPUTING) if not isinstance(part, CONNECTING)}
    return sorted(found | ({"Subquery"} if len(list(statement.find_all(exp.Select))) > 1 else set()))


def texts_of(path: Path) -> Iterator[str]:
    """The texts of a module as they reach the database, with a name where a value is put in; not its documentation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    described = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and isinstance(node.body[0], ast.Expr)
    }
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "placed" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not {id(node)} & (described | inside):
            yield node.value


def test_nothing_outside_the_models_joins_adds_up_or_decides() -> None:
    found = dict(statements())
    modules = {name.split(":")[0] for name in found}
    assert len(found) > 90
    assert {"reading/summary.py", "reading/explain.py", "reading/coverage.py", "report/views/grants.sql"} <= modules
    assert {name: parts for name, text in found.items() if (parts := computing(text))} == {}


def test_what_is_outside_is_there() -> None:
    assert [name for name in OUTSIDE if not (PACKAGE / name).exists()] == []


@pytest.mark.parametrize(
    "text",
    [
        "select count(*) from marts.table_amounts",
        "select a from marts.x inner join marts.y using (a)",
        "select a from marts.x, marts.y where x.a = y.a",
        "select a from marts.x union all select a from marts.y",
        "select case when a then b end from marts.x",
        "select if(a, b, c) from marts.x",
        "select coalesce(a, b) from marts.x",
        "select a from marts.x qualify row_number() over (order by a) = 1",
        "select distinct a from marts.x",
        "select a from marts.x where a in (select a from marts.y)",
        "with x as (from marts.y) select a from x",
        "copy (select max(a) from marts.x) to 'placed'",
        "select a from marts.x where exists (from duckdb_tables())",
    ],
)
def test_what_computes_is_found(text: str) -> None:
    assert STATEMENT.match(text)
    assert computing(text)


@pytest.mark.parametrize("text", [" group by a", "sum(a) as total", " left join seeds.regions using (a)", "exists(a)"])
def test_pieces_that_compute_are_found(text: str) -> None:
    assert PIECE.search(text)


def test_every_table_of_the_site_is_a_public_model_with_a_key(site: Path, dbt: Dbt) -> None:
    models = {node["name"]: node for node in dbt.read()["nodes"].values() if node["resource_type"] == "model"}
    shown = {
        figure.mart
        for path in sorted(site.glob("*.html"))
        for figure in parsed(path.name, path.read_text(encoding="utf-8")).figures
        if figure.caption
    }
    assert len(shown) > 15
    for name in shown:
        assert models[name]["config"]["meta"]["open_data"], name
        assert (site / "tabeller" / f"{name}.csv").exists(), name


def test_a_region_gets_the_list_of_what_was_not_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """Contact by contact what its page and workbook have as numbers."""
    with duckdb.connect(str(paths.warehouse_path()), read_only=True) as connection:
        assert list_excluded(connection, "2026_payment", "13", "") == 0
        listed = list(csv.DictReader(capsys.readouterr().out.splitlines()))
        told = connection.execute(
            "select category_id, reason, contacts, operations from marts.table_excluded "
            "where settlement_id = '2026_payment' and region_code = '13' and is_all_hospitals"
        ).fetchall()
        assert list_excluded(connection, "2026_payment", "13", "withdrawn") == 0
        assert {row["reason"] for row in csv.DictReader(capsys.readouterr().out.splitlines())} == {"withdrawn"}
        assert list_excluded(connection, "2026_payment", "99", "") == 1
    assert "No contact" in capsys.readouterr().err
    contacts = Counter((row["category_id"], row["reason"]) for row in listed)
    lost = Counter((row["category_id"], row["reason"]) for row in listed if row["would_count"] == "True")
    assert {key[:2] for key in told} == set(contacts)
    for category, reason, shown, operations in told:
        assert shown == (contacts[category, reason] if contacts[category, reason] >= 5 else None)
        assert operations is None or operations <= lost[category, reason]
    assert len({row["contact_key"] for row in listed}) > 500


def test_every_printed_table_has_an_exposure(dbt: Dbt) -> None:
    manifest = dbt.read()
    exposed = {key for node in manifest["exposures"].values() for key in node["depends_on"]["nodes"]}
    tables = {key for key, node in manifest["nodes"].items() if "/marts/tables/" in node["original_file_path"]}
    assert len(tables) > 20
    assert {key for key in tables if key.startswith("model.")} - exposed == set()
