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


def entries(table: str, view: str, views_by_rows: bool = False) -> dict[str, dict[str, object]]:
    with duckdb.connect() as connection:
        connection.execute(f"create schema marts; create schema deep; create table deep.t as {table}")
        connection.execute(f"create view deep.v as from deep.t; create view marts.v as {view}")
        return table_contents(connection, "marts", views_by_rows)


def test_a_view_is_what_it_reads_and_how() -> None:
    """Not its own rows, which may be many times as many."""
    before = entries(ROWS, "with c as (from deep.v) select * from c")["v"]
    assert set(before["made_of"]) == {"deep.v"}
    assert entries(f"{ROWS} order by x desc", "with c as (from deep.v) select * from c")["v"] == before
    assert entries(ROWS.replace("'a'", "'A'"), "with c as (from deep.v) select * from c")["v"] != before
    assert entries(ROWS, "with c as (from deep.v) select * from c where x > 1")["v"] != before


def test_a_view_of_an_older_record_has_the_contents_of_a_table() -> None:
    assert entries(ROWS, "from deep.v", views_by_rows=True)["v"] == content(ROWS)


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_everything_else_matters(other: str) -> None:
    assert content(other) != content(ROWS)
