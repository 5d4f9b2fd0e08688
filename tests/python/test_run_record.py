"""The hash of a table's contents: blind to the order of rows, and to nothing else."""

from __future__ import annotations

import duckdb
import pytest

from vardkoer.warehouse.run_record import table_contents

ROWS = "select * from (values (1, 'a', null), (2, null, 'b')) as t (x, y, z)"
OTHERS = {
    "a value": ROWS.replace("'a'", "'A'"),
    "a number": ROWS.replace("(1,", "(3,"),
    "NULL and nothing": ROWS.replace("null, 'b'", "'', 'b'"),
    "values of two rows": "select * from (values (1, null, 'b'), (2, 'a', null)) as t (x, y, z)",
    "values of two columns": "select x, z as y, y as z from (" + ROWS + ")",
    "names of columns": "select x, y as z, z as y from (" + ROWS + ")",
    "a value over two columns": "select x, coalesce(y, '') || coalesce(z, '') as y, null as z from (" + ROWS + ")",
    "a row twice": ROWS + " union all " + ROWS,
    "no rows": ROWS + " where false",
}


def content(query: str) -> dict[str, object]:
    with duckdb.connect() as connection:
        connection.execute(f"create schema marts; create table marts.t as {query}")
        return table_contents(connection, "marts")["t"]


def test_the_order_of_rows_does_not_matter() -> None:
    assert content(f"{ROWS} order by x") == content(f"{ROWS} order by x desc")


def test_a_view_has_the_contents_of_a_table() -> None:
    with duckdb.connect() as connection:
        connection.execute(f"create schema marts; create table marts.t as {ROWS}; create view marts.v as from marts.t")
        contents = table_contents(connection, "marts")
    assert contents["v"] == contents["t"]


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_everything_else_matters(other: str) -> None:
    assert content(other) != content(ROWS)
