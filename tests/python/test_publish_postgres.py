"""The marts in a PostgreSQL database of its own: whole, described, read-only, replaced in one step or not at all."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import psycopg
import pytest
from postgres_server import Server, running_server
from shared_dbt import Dbt

from vardkoer import paths
from vardkoer.exports.postgres import declared_keys, publish, publish_postgres
from vardkoer.paths import PROJECT

SUM = "select sum(allocated_kr) from marts.grant_allocations where settlement_id = '2025_additional_payment'"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_server() as started:
        yield started


# What holds most rows, and of which rows of one region do.
LARGE = {
    "intermediate.int_operations_judged": "home_region_code",
    "intermediate.int_list_operations_matched": "register_region_code",
    "intermediate.int_list_rows_read": "region_code",
    "marts.operations_by_hospital": "region_code",
    "marts.coverage_counts": "region_code",
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published warehouse with the contacts, lists and hospitals of one region."""
    copy = tmp_path_factory.mktemp("small") / "warehouse.duckdb"
    shutil.copy(paths.warehouse_path(), copy)
    with duckdb.connect(str(copy)) as connection:
        for table, region in LARGE.items():
            connection.execute(f"delete from {table} where {region} is distinct from '09'")
    return copy


@pytest.fixture(scope="module")
def published(server: Server, warehouse: Path, dbt: Dbt) -> Server:
    publish(warehouse, dbt.target / "manifest.json", server.dsn)
    return server


def test_every_mart_is_there_with_the_rows_of_the_warehouse(published: Server, warehouse: Path) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as source, psycopg.connect(published.dsn) as target:
        names = source.execute(
            "select table_name from information_schema.tables where table_schema = 'marts'"
        ).fetchall()
        assert len(names) > 20
        for (name,) in names:
            expected = source.execute(f"from marts.{name}").fetchall()
            assert sorted(target.execute(f"select * from marts.{name}").fetchall(), key=str) == sorted(  # type: ignore[arg-type]
                expected, key=str
            ), name


def test_tables_and_columns_are_described_and_keys_hold(published: Server, dbt: Dbt) -> None:
    undescribed = published.psql("""
        select relname, attname
        from pg_class
        inner join pg_attribute on attrelid = pg_class.oid and attnum >= 0
        where relnamespace = 'marts'::regnamespace and has_table_privilege('vardkoer_auditor', pg_class.oid, 'select')
            and (col_description(attrelid, attnum) is null or obj_description(pg_class.oid, 'pg_class') is null)
    """)
    assert undescribed.stdout == ""
    keys = declared_keys(dbt.target / "manifest.json")
    for kind, number in ("p", sum(not key.dimension for key in keys)), ("f", sum(bool(key.dimension) for key in keys)):
        found = published.psql(
            f"select count(*) from pg_constraint where contype = '{kind}' and connamespace = 'marts'::regnamespace"
        )
        assert int(found.stdout) == number > 20, kind
    refused = published.psql(
        "insert into marts.grant_allocations (settlement_id, region_code, status) values ('x', '01', '')"
    )
    assert "violates foreign key constraint" in refused.stderr


def test_a_reader_sees_the_keys_where_tools_look_for_them(published: Server, dbt: Dbt) -> None:
    keys = declared_keys(dbt.target / "manifest.json")
    for kind, number in (
        ("PRIMARY KEY", sum(not key.dimension for key in keys)),
        ("FOREIGN KEY", sum(bool(key.dimension) for key in keys)),
    ):
        found = published.psql(
            "select count(*) from information_schema.table_constraints "
            f"where constraint_schema = 'marts' and constraint_type = '{kind}'",
            "vardkoer_reader",
        )
        assert int(found.stdout) == number, kind
    referring = published.psql(
        "select count(*) from information_schema.referential_constraints where constraint_schema = 'marts'",
        "vardkoer_reader",
    )
    assert int(referring.stdout) == sum(bool(key.dimension) for key in keys)
    to_settlements = published.psql(
        "select count(*) from information_schema.key_column_usage where table_name = 'grant_allocations'",
        "vardkoer_reader",
    )
    assert int(to_settlements.stdout) > 2


def test_readers_read_and_only_auditors_see_single_contacts(published: Server) -> None:
    assert published.psql(SUM, "vardkoer_reader").stdout == "243277012\n"
    assert int(published.psql("select count(*) from marts.contact_decisions", "vardkoer_auditor").stdout) > 1000
    for role, statement in (
        ("vardkoer_reader", "select count(*) from marts.contact_decisions"),
        ("vardkoer_reader", "delete from marts.grant_allocations"),
        ("vardkoer_reader", "create table marts.mine (n int)"),
        ("vardkoer_auditor", "update marts.grant_allocations set allocated_kr = 0"),
        ("vardkoer_auditor", "select count(*) from marts.int_operations_judged"),
    ):
        assert "permission denied" in published.psql(statement, role).stderr, statement


def test_a_publication_replaces_the_one_before_in_one_step(
    published: Server, warehouse: Path, dbt: Dbt, tmp_path: Path
) -> None:
    changed = tmp_path / "changed.duckdb"
    shutil.copy(warehouse, changed)
    with duckdb.connect(str(changed)) as connection:
        connection.execute("update marts.grant_allocations set allocated_kr = 1 where allocated_kr is not null")
    seen: set[str] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            answer = published.psql(SUM, "vardkoer_reader")
            seen.add(answer.stdout + answer.stderr)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        publish(changed, dbt.target / "manifest.json", published.dsn)
        time.sleep(0.5)
    finally:
        done.set()
        reader.join()
    assert seen == {"243277012\n", "21\n"}
    assert published.schemas() == {"marts"}


@pytest.mark.parametrize(
    "case",
    [
        ("create view public.report as select * from marts.grant_allocations", "public.report", "drop view report"),
        ("create table marts.mine as select 1 as n", "marts.mine", "drop table marts.mine"),
        (
            "create table public.kept (region_code varchar references marts.dim_region)",
            "public.kept",
            "drop table public.kept",
        ),
        (
            "alter schema marts rename to kept; create schema marts; create table marts.grant_rates as select 7 as kr;"
            "create view public.theirs as select * from marts.grant_rates",
            "public.theirs, schema marts",
            "drop schema marts cascade; alter schema kept rename to marts",
        ),
        (
            "create schema marts_old; create table marts_old.t (n int)",
            "schema marts_old",
            "drop schema marts_old cascade",
        ),
        ("create schema marts_new; create table marts_new.t (n int)", "marts_new", "drop schema marts_new cascade"),
    ],
    ids=[
        "a view elsewhere",
        "a table among the marts",
        "a key elsewhere",
        "a schema marts",
        "a schema marts_old",
        "a schema marts_new",
    ],
)
@pytest.mark.usefixtures("settings")
def test_what_others_made_is_left_alone(
    published: Server, case: tuple[str, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    others, named, cleaning = case
    everything = "select relnamespace::regnamespace, relname, oid from pg_class where oid > 16384 order by 1, 2"
    assert not published.psql(others).stderr
    before = published.psql(everything).stdout
    assert publish_postgres(published.dsn) == 1
    assert published.psql(everything).stdout == before
    assert published.psql(cleaning).returncode == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("Not published: PostgreSQL: ") and named in line


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, warehouse: Path, dbt: Dbt) -> None:
    """Those with which the command publishes the warehouse."""
    monkeypatch.setenv("DBT_TARGET_PATH", str(dbt.target))
    monkeypatch.setenv("WAREHOUSE_PATH", str(warehouse))


@pytest.mark.usefixtures("settings")
def test_a_publication_that_is_killed_leaves_the_one_before(published: Server) -> None:
    before = published.psql(SUM).stdout
    command = [sys.executable, "-m", "vardkoer.publish_postgres", published.dsn]
    with (
        psycopg.connect(published.dsn, autocommit=True) as watching,
        subprocess.Popen(command, cwd=PROJECT) as process,
    ):
        while not watching.execute("select from pg_stat_progress_copy where tuples_processed > 5000").fetchall():
            assert process.poll() is None
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert published.schemas() == {"marts"}
    assert published.psql(SUM, "vardkoer_reader").stdout == before


@pytest.mark.parametrize(
    ("dsn", "message"),
    [("host=/nowhere", "correct the connection"), ("{} options='-c role=vardkoer_reader'", "permission denied")],
    ids=["no server", "no right to publish"],
)
@pytest.mark.usefixtures("settings")
def test_what_cannot_be_published_is_said_in_one_line(
    published: Server, dsn: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert publish_postgres(dsn.format(published.dsn)) in (1, 5)
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line
