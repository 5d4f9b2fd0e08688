"""The sources of dbt as table macros of a database in memory, which all cursors of a connection share.

It ends with the connection: no raw row and no file path is stored in the warehouse.
"""

from __future__ import annotations

# A database in a file is called after the file, and no file's name has a slash: a warehouse of the same name would be
# taken for it and keep the paths.
DATABASE = '"/delivered"'
ATTACH = f"attach if not exists ':memory:' as {DATABASE}"


def table_macro(name: str, query: str) -> str:
    """The SQL that gives a query the name of a source."""
    return f"create or replace macro {DATABASE}.{name}() as table {query}"


def values_macro(name: str, columns: tuple[str, ...], rows: list[str]) -> str:
    """The SQL of a source that has some rows of literals."""
    nothing = ", ".join(f"cast(null as {column.split()[1]}) as {column.split()[0]}" for column in columns)
    values = f" union all select * from (values {', '.join(rows)})" if rows else ""
    return table_macro(name, f"select {nothing} where false{values}")


def text_literal(value: str) -> str:
    """A text as SQL. For a parameter instead DuckDB would import pandas, which takes half a second of every build."""
    return "'" + value.replace("'", "''") + "'"
