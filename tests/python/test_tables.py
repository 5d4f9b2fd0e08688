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
VIEWS = PACKAGE / "report" / "views"
# What joins, adds up or decides.
COMPUTING = (
    exp.Join,
    exp.Group,
    exp.AggFunc,
    exp.Window,
    exp.Case,
    exp.Distinct,
    exp.SetOperation,
    exp.With,
)
# Questions about the database itself, and not about what it holds.
CATALOGS = re.compile(r"duckdb_|information_schema|pg_")


def statements() -> Iterator[tuple[str, str]]:
    """Every SQL file of the report, and every string that is SQL in the report, the exports and what reads for them."""
    for path in sorted(VIEWS.glob("*.sql")):
        yield path.name, path.read_text(encoding="utf-8")
    for path in [
        *(PACKAGE / "report").rglob("*.py"),
        *(PACKAGE / "exports").rglob("*.py"),
        PACKAGE / "reading" / "release.py",
    ]:
        for text in texts_of(path):
            if re.match(r"\s*(select|from|with|copy)\b.*\b(from|select)\b|\s*from \w", text, re.IGNORECASE | re.DOTALL):
                yield f"{path.relative_to(PROJECT)}: {text[:60]}", text.replace("{}", "placed")


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
    found = {name: sqlglot.parse_one(text, read="duckdb") for name, text in statements() if not CATALOGS.search(text)}
    assert len(found) > 50
    computing = {
        name: sorted({type(part).__name__ for part in statement.find_all(*COMPUTING)})
        for name, statement in found.items()
    }
    assert {name: parts for name, parts in computing.items() if parts} == {}


@pytest.mark.parametrize(
    "text",
    [
        "select count(*) from marts.table_amounts",
        "select a from marts.x inner join marts.y using (a)",
        "select a from marts.x union all select a from marts.y",
        "select case when a then b end from marts.x",
        "select a from marts.x qualify row_number() over (order by a) = 1",
        "select distinct a from marts.x",
    ],
)
def test_what_computes_is_found(text: str) -> None:
    assert list(sqlglot.parse_one(text, read="duckdb").find_all(*COMPUTING))


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
