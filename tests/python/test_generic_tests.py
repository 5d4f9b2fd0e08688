"""The generic tests, tested: fed rows that must fail and rows that must pass, each reports exactly the former."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import duckdb
import jinja2
import pytest

from vardkoer.paths import PROJECT

FILES = {path.stem: path for path in sorted((PROJECT / "tests" / "generic").glob("*.sql"))}
Rows = Sequence[tuple[str | None, int | None]]


class Case(NamedTuple):
    """A generic test, its arguments, rows of `model (k, n)` and of `elsewhere (k, n)`, and what it must report."""

    test: str
    arguments: dict[str, Any]
    model: Rows
    reported: Sequence[tuple[Any, ...]]
    elsewhere: Rows = ()


class Relation(str):
    """A relation as dbt gives it to a test."""

    @property
    def identifier(self) -> str:
        return self

    def incorporate(self, path: Mapping[str, str]) -> Relation:
        return Relation(path["identifier"])


# What the contract of `model` declares: k and n are its key, k refers to k of `dim_elsewhere`.
PRIMARY_KEY = {"type": "primary_key", "columns": ["k", "n"]}
FOREIGN_KEY = {"type": "foreign_key", "columns": ["k"], "to": "ref('dim_elsewhere')", "to_columns": ["k"]}
COLUMNS = {
    "k": {"name": "k", "constraints": [{"type": "not_null"}, {"type": "unique"}]},
    "n": {"name": "n", "constraints": [{"type": "unique"}]},
}
DBT = {
    "execute": True,
    "graph": {"nodes": {"model": {"name": "model", "columns": COLUMNS, "constraints": [PRIMARY_KEY, FOREIGN_KEY]}}},
    "modules": {"re": re},
}

UNIQUE_K_N = ("unique_combination", {"columns": ["k", "n"]})
FOUR_HEX_DIGITS = ("matches_pattern", {"column_name": "k", "pattern": "[0-9a-f]{4}"})
N_IS_POSITIVE = ("holds_for_every_row", {"condition": "n > 0"})
EVERY_K = ("has_rows_for_every", {"column_name": "k", "to": "elsewhere", "field": "k"})
EVERY_K_OF_1_OR_2 = ("has_rows_for_every", EVERY_K[1] | {"condition": "n = 1 or n = 2"})

CASES = {
    "different rows are unique": Case(*UNIQUE_K_N, [("a", 1), ("a", 2), ("b", 1)], []),
    "repeated rows are reported once, with their number": Case(
        *UNIQUE_K_N, [("a", 1), ("a", 1), ("a", 1), ("b", 1), ("b", 1), ("c", 1)], [("a", 1, 3), ("b", 1, 2)]
    ),
    "NULL equals NULL": Case(*UNIQUE_K_N, [("a", None), ("a", None), (None, 1), (None, 2)], [("a", None, 2)]),
    "only the columns named make a row unique": Case(
        "unique_combination", {"columns": ["k"]}, [("a", 1), ("a", 2)], [("a", 2)]
    ),
    "no rows are unique": Case(*UNIQUE_K_N, [], []),
    "values that match, and NULL, pass": Case(*FOUR_HEX_DIGITS, [("00ff", 1), ("abcd", 1), (None, 1)], []),
    "values that do not match are reported by their length": Case(
        *FOUR_HEX_DIGITS, [("00ff", 1), ("00FF", 1), ("g0ff", 1), ("0ff", 1), ("", 1)], [(0, 1), (3, 1), (4, 2)]
    ),
    "a match inside a value is no match": Case(*FOUR_HEX_DIGITS, [("00ff0", 1), ("x00ffx", 1)], [(5, 1), (6, 1)]),
    "a condition that is true passes": Case(*N_IS_POSITIVE, [("a", 1), ("b", 2)], []),
    "a condition that is false or unknown is reported with its row": Case(
        *N_IS_POSITIVE, [("a", 1), ("b", 0), ("c", None)], [("b", 0), ("c", None)]
    ),
    "a condition with `or` holds as a whole": Case(
        "holds_for_every_row", {"condition": "n = 0 or n = 1"}, [("a", 1), ("b", 0), ("c", 2)], [("c", 2)]
    ),
    "every value elsewhere has rows": Case(
        *EVERY_K, [("a", 1), ("a", 2), ("b", 1), ("more", 1), (None, 1)], [], [("a", 1), ("b", 1), (None, 1)]
    ),
    "values without rows are reported once": Case(
        *EVERY_K, [("a", 1), (None, 1)], [("b",), ("c",)], [("a", 1), ("b", 1), ("b", 2), ("c", 1), (None, 1)]
    ),
    "without any rows every value is reported": Case(*EVERY_K, [], [("a",)], [("a", 1)]),
    "values outside the condition need no rows": Case(
        *EVERY_K_OF_1_OR_2, [("a", 1)], [("b",)], [("a", 1), ("b", 2), ("c", 3), ("d", None)]
    ),
    "values that are there once pass, missing ones too where they may be": Case(
        "constraints_hold", {}, [("a", 1), ("b", None), ("c", None)], []
    ),
    "missing values are reported by column": Case(
        "constraints_hold", {}, [("a", 1), (None, 2), (None, 3)], [("k", "not_null", 2)]
    ),
    "values that are there twice are reported by column": Case(
        "constraints_hold", {}, [("a", 1), ("a", 1), ("a", 2)], [("k", "unique", 2), ("n", "unique", 1)]
    ),
    "keys that are in the dimension, and NULL, pass": Case(
        "keys_hold", {}, [("a", 1), ("a", 2), (None, 1)], [], [("a", 1), ("b", 1)]
    ),
    "a key that the dimension lacks is reported": Case(
        "keys_hold", {}, [("a", 1), ("c", 1), ("c", 2)], [("k", "c", 2)], [("a", 1)]
    ),
    "a primary key that is there twice is reported": Case(
        "keys_hold", {}, [("a", 1), ("a", 1), ("a", 2)], [("k, n", "a, 1", 2)], [("a", 1)]
    ),
}


def query(test: str, arguments: dict[str, Any]) -> str:
    """The SQL of a generic test on the relation `model`."""
    source = FILES[test].read_text(encoding="utf-8")
    source = source.replace("{% test ", "{% macro ").replace("{% endtest %}", "{% endmacro %}")
    module: Any = (
        jinja2.Environment(undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.do"])
        .from_string(source, DBT)
        .module
    )
    return str(getattr(module, test)(model=Relation("model"), **arguments))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_reports_exactly_the_rows_that_fail(case: Case) -> None:
    with duckdb.connect() as connection:
        for table, rows in (("model", case.model), ("elsewhere", case.elsewhere)):
            connection.execute(f"create table {table} (k varchar, n integer)")
            for row in rows:
                connection.execute(f"insert into {table} values (?, ?)", row)
        connection.execute("create view dim_elsewhere as from elsewhere")
        reported = connection.execute(query(case.test, case.arguments)).fetchall()
    assert sorted(reported, key=str) == case.reported


@pytest.mark.parametrize("test", FILES)
def test_every_generic_test_is_shown_to_fail_and_to_pass(test: str) -> None:
    cases = [case for case in CASES.values() if case.test == test]
    assert any(case.reported for case in cases)
    assert any(not case.reported for case in cases)
