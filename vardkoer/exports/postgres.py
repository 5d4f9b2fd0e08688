"""The published warehouse's marts as schema `marts` of a PostgreSQL database.

Where: libpq's own settings (PGHOST, PGDATABASE, PGUSER, PGSERVICE ...), or a connection string as argument. Tables and
comments are those of the warehouse, primary and foreign keys those of the contracts (`target/manifest.json`).
Everything happens in one transaction: readers see the earlier publication until the new one is whole, and a publication
that fails or is killed leaves no trace. Two roles, made beforehand by the database's owner, can read, see the keys and
do nothing else: `vardkoer_reader` the marts without single contacts, `vardkoer_auditor` all of them.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import psycopg
import sqlglot
from psycopg import sql
from sqlglot import exp

from vardkoer import paths
from vardkoer.reading import swedish

FAILED, ENVIRONMENT = 1, 5
READER, AUDITOR = "vardkoer_reader", "vardkoer_auditor"
# A table or view with this column is about single contacts.
CONTACT = "contact_key"
ROWS_AT_A_TIME = 50_000
RELATIONS = """
select schema_name, table_name, comment, false as is_view from duckdb_tables() where schema_name = 'marts'
union all
select schema_name, view_name, comment, true from duckdb_views() where schema_name = 'marts'
order by is_view, table_name
"""
COLUMNS = """
select column_name, data_type, is_nullable, comment from duckdb_columns()
where schema_name = ? and table_name = ? order by column_index
"""
# What stands in the way of a publication: a schema of its names that it did not make, tables and views that somebody
# put into one that it made, and views and keys elsewhere that refer to it and would go with it.
OTHERS = """
with schemas as (
    select
        oid,
        nspname,
        string_to_array(substring(obj_description(oid, 'pg_namespace') from 'Made by vardkoer: (.*)'), ', ') as made
    from pg_namespace
    where nspname in ('marts', 'marts_old')
)
select format('schema %I', nspname) from schemas where made is null
union all
select format('%I.%I', nspname, relname)
from pg_class
inner join schemas on relnamespace = schemas.oid
where relkind in ('r', 'p', 'f', 'v', 'm', 'S') and relname != all(made)
union all
select distinct format('%I.%I', reader_schema.nspname, reader.relname)
from pg_depend
inner join pg_rewrite on pg_depend.classid = 'pg_rewrite'::regclass and pg_depend.objid = pg_rewrite.oid
inner join pg_class as reader on reader.oid = pg_rewrite.ev_class
inner join pg_namespace as reader_schema on reader_schema.oid = reader.relnamespace
inner join pg_class as read on pg_depend.refclassid = 'pg_class'::regclass and pg_depend.refobjid = read.oid
inner join schemas on read.relnamespace = schemas.oid
where reader.relnamespace != read.relnamespace
union all
select distinct format('%I.%I', referring_schema.nspname, referring.relname)
from pg_constraint
inner join pg_class as referring on referring.oid = conrelid
inner join pg_namespace as referring_schema on referring_schema.oid = referring.relnamespace
inner join pg_class as referred on referred.oid = confrelid
inner join schemas on referred.relnamespace = schemas.oid
where referring.relnamespace != referred.relnamespace
order by 1
"""
# Waiting for readers of earlier tables must not last: the next publication removes what this one could not.
TIMEOUT = "set local lock_timeout = '60s'"


class OthersError(Exception):
    """Tables and views that a publication did not make and would remove."""

    def __init__(self, names: list[str]):
        """Name them."""
        super().__init__(f"not made by vardkoer: {', '.join(names)}")


class Relation(NamedTuple):
    """A table or view of the warehouse."""

    schema: str
    name: str
    comment: str | None = None


class Key(NamedTuple):
    """Columns that identify a row of a mart or, where there is a dimension, refer to the columns of its key."""

    mart: str
    columns: list[str]
    dimension: str | None
    to_columns: list[str]


def declared_keys(manifest: Path) -> list[Key]:
    """What the contracts of the marts declare, primary keys before those that refer to them."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    keys = [
        Key(node["name"], key["columns"], _name_in(key["to"]) if key["to"] else None, key["to_columns"])
        for node in nodes
        if node["resource_type"] == "model" and node["config"]["materialized"] == "table"
        for key in node["constraints"]
    ]
    return sorted(keys, key=lambda key: key.dimension is not None)


def is_printed(table: str) -> bool:
    """A table as it is printed is described in Swedish by its own contract."""
    return table.startswith("table_")


def in_both_languages(text_sv: str, text: str | None) -> str | None:
    """A comment that begins in Swedish, where there is a Swedish one."""
    return f"{text_sv} / {text}" if text_sv and text else text


def _name_in(reference: str) -> str:
    """The model that a key refers to: `ref('dim_region')` as parsed, `"warehouse"."marts"."dim_region"` as compiled."""
    return reference.removeprefix("ref('").removesuffix("')").split(".")[-1].strip('"')


class Publication:
    """One transaction, from the warehouse to PostgreSQL."""

    def __init__(self, warehouse: duckdb.DuckDBPyConnection, cursor: psycopg.Cursor[Any]):
        """Take both ends."""
        self.warehouse, self.cursor = warehouse, cursor
        self.made: list[str] = []

    def run(self, keys: list[Key]) -> None:
        """Fill schema `marts_new`, grant what may be read, and let it take the place of `marts`. Raises OthersError."""
        self._execute("select pg_advisory_xact_lock(hashtext('vardkoer.publish_postgres'))")
        self._execute(TIMEOUT)
        if others := [name for (name,) in self.cursor.execute(OTHERS).fetchall()]:
            raise OthersError(others)
        self._execute("drop schema if exists marts_old cascade")
        self._execute("create schema marts_new")
        self._execute("set local search_path to marts_new")
        relations = self.warehouse.execute(RELATIONS).fetchall()
        for schema, name, comment, is_view in relations:
            (self._view if is_view else self._table)(Relation(schema, name, comment))
            self._describe(Relation(schema, name, comment), is_view)
        for key in keys:
            if key.dimension is None:
                self._execute("alter table {} add primary key ({})", key.mart, key.columns)
            else:
                self._execute("alter table {} add foreign key ({}) references {} ({})", *key)
        self._grant([name for _, name, _, _ in relations], sorted({key.mart for key in keys}))
        self._comment(sql.SQL("schema marts_new"), f"{self._vintage()} Made by vardkoer: {', '.join(self.made)}")
        if self.cursor.execute("select to_regnamespace('marts') is not null").fetchall()[0][0]:
            self._execute("alter schema marts rename to marts_old")
        self._execute("alter schema marts_new rename to marts")

    def _execute(self, statement: str, *names: str | list[str] | None) -> None:
        """Run a statement in whose braces stand names, or lists of them."""
        identifiers = [
            sql.SQL(", ").join(map(sql.Identifier, name)) if isinstance(name, list) else sql.Identifier(name)
            for name in names
        ]
        self.cursor.execute(sql.SQL(statement).format(*identifiers))  # type: ignore[arg-type]

    def _table(self, relation: Relation) -> None:
        """A table with its rows and types; DuckDB and PostgreSQL have the same names for those in use."""
        columns = self._columns(relation)
        self.cursor.execute(
            sql.SQL("create table {} ({})").format(
                sql.Identifier(relation.name),
                sql.SQL(", ").join(
                    sql.SQL("{} {} {}").format(
                        sql.Identifier(name), sql.SQL(data_type), sql.SQL("" if is_nullable else "not null")
                    )
                    for name, data_type, is_nullable, _ in columns
                ),
            )
        )
        with self.cursor.copy(sql.SQL("copy {} from stdin").format(sql.Identifier(relation.name))) as copy:
            for row in self._rows(relation):
                copy.write_row(row)
        self._execute("analyze {}", relation.name)

    def _columns(self, relation: Relation) -> list[tuple[str, str, bool, str | None]]:
        return self.warehouse.execute(COLUMNS, relation[:2]).fetchall()

    def _rows(self, relation: Relation) -> Iterator[tuple[Any, ...]]:
        found = self.warehouse.execute(f"from {relation.schema}.{relation.name}")
        while rows := found.fetchmany(ROWS_AT_A_TIME):
            yield from rows

    def _view(self, relation: Relation) -> None:
        """A view with what it reads: the rows of `contact_decisions` are several times those that they follow from."""
        text = self.warehouse.execute(
            "select sql from duckdb_views() where schema_name = ? and view_name = ?", relation[:2]
        ).fetchall()[0][0]
        statement = sqlglot.parse_one(text, read="duckdb")
        for table in list(statement.expression.find_all(exp.Table)):
            # two views may read the same
            if table.db and table.name not in self.made:
                read = Relation(table.db, table.name, f"What `{relation.name}` reads; granted to nobody.")
                self._table(read)
                self._describe(read, is_view=False)
        for table in statement.find_all(exp.Table):
            table.set("db", None)
        # DuckDB writes a cross join as a comma, which binds less than the joins that follow it
        for join in statement.find_all(exp.Join):
            if not any(join.args.get(part) for part in ("on", "using", "side", "kind", "method")):
                join.set("kind", "CROSS")
        self.cursor.execute(statement.sql("postgres").encode())

    def _describe(self, relation: Relation, is_view: bool) -> None:
        self.made.append(relation.name)
        self._comment(
            sql.SQL("view {}" if is_view else "table {}").format(sql.Identifier(relation.name)),
            in_both_languages(swedish.table_description(relation.name), relation.comment),
        )
        for name, _, _, comment in self._columns(relation):
            self._comment(
                sql.SQL("column {}").format(sql.Identifier(relation.name, name)),
                in_both_languages("" if is_printed(relation.name) else swedish.column_description(name), comment),
            )

    def _comment(self, subject: sql.Composable, text: str | None) -> None:
        self.cursor.execute(sql.SQL("comment on {} is {}").format(subject, sql.Literal(text)))

    def _grant(self, marts: list[str], tables: list[str]) -> None:
        contacts = {name for name in marts if CONTACT in (row[0] for row in self._columns(Relation("marts", name)))}
        self._execute("grant usage on schema marts_new to {}", [READER, AUDITOR])
        self._execute("grant select on {} to {}", marts, AUDITOR)
        self._execute("grant select on {} to {}", [name for name in marts if name not in contacts], READER)
        # information_schema shows keys to those only who may do more than read, and tools look for them there
        self._execute("grant references on {} to {}", tables, [READER, AUDITOR])

    def _vintage(self) -> str:
        """Which build this is, so that a reader can tell it from another."""
        try:
            record = json.loads(self.warehouse.execute("select record from records.run").fetchall()[0][0])
        except duckdb.CatalogException:
            return "Built by dbt alone, without a record."
        return f"Record {record['number']}, built at {record['built_at']}."


def publish(warehouse: Path, manifest: Path, dsn: str) -> None:
    """Publish, then remove the earlier publication, or leave that to the next. Raises psycopg.Error or OthersError."""
    with duckdb.connect(str(warehouse), read_only=True) as source, psycopg.connect(dsn) as target:
        with target.transaction(), target.cursor() as cursor:
            Publication(source, cursor).run(declared_keys(manifest))
        with contextlib.suppress(psycopg.errors.LockNotAvailable), target.transaction():
            target.execute(TIMEOUT)
            if not target.execute(OTHERS).fetchall():
                target.execute("drop schema if exists marts_old cascade")


def refused(what: str | None, remedy: str, code: int) -> int:
    """Say in one line why nothing was published."""
    print(f"Not published: PostgreSQL: {what}; {remedy}", file=sys.stderr)
    return code


def publish_postgres(dsn: str) -> int:
    """Publish; one line on the screen says why not."""
    warehouse, manifest = paths.warehouse_path(), paths.target_path() / "manifest.json"
    missing = next((path for path in (warehouse, manifest) if not path.exists()), None)
    if missing:
        print(f"Not published: file={missing}: is missing; make build makes it", file=sys.stderr)
        return ENVIRONMENT
    try:
        publish(warehouse, manifest, dsn)
    except psycopg.OperationalError as error:
        return refused(" ".join(str(error).split()), "correct the connection", ENVIRONMENT)
    except OthersError as error:
        return refused(str(error), "move, rename or drop it, and publish again", FAILED)
    except psycopg.errors.UndefinedObject as error:
        return refused(error.diag.message_primary, "docs/connect.md says how the roles are made", ENVIRONMENT)
    except psycopg.Error as error:
        return refused(error.diag.message_primary, "the publication before stays", FAILED)
    print("Published as schema marts.")
    return 0
