"""The second engine: on Spark Connect (Sail) every mart has the columns and the rows that it has on DuckDB."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from compiled_project import build_settings, run_dbt
from extracts import DeliveryFile, extracts, systematic_rows, write_extract
from hypothesis import Phase, find, settings

from vardkoer import paths
from vardkoer.dbt_plugin import hmac_pads
from vardkoer.sample import ensure_sample

WITHOUT_TESTS = ("--exclude-resource-type", "test", "unit_test")


def build_on_spark(work_dir: Path, environment: dict[str, str], *dbt_options: str) -> Path:
    """Build in a process of its own and return the folder that the marts were exported to."""
    places = {"DBT_TARGET_PATH": str(work_dir / "spark_target"), "DBT_LOG_PATH": str(work_dir / "spark_logs")}
    command = [sys.executable, "-m", "vardkoer.spark_build", "--export", str(work_dir / "marts"), *dbt_options]
    result = subprocess.run(
        command, cwd=paths.PROJECT, env=os.environ | environment | places, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout[-5000:] + result.stderr[-5000:]
    return work_dir / "marts"


def differences(warehouse: Path, exported: Path) -> list[str]:
    """What is not the same: a mart, a column, its type, or how often a row occurs."""
    found = []
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        marts = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts'"
        ).fetchall()
        for (mart,) in marts:
            # Sail writes nothing where there are no rows
            files = f"read_parquet('{exported}/{mart}/*.parquet')"
            if not any(exported.glob(f"{mart}/*.parquet")):
                files = f"(from marts.{mart} where false)"
            here, there = (
                connection.execute(f"describe from {relation}").fetchall() for relation in (f"marts.{mart}", files)
            )
            if [column[:2] for column in here] != [column[:2] for column in there]:
                found.append(f"{mart}: columns {here} and {there}")
                continue
            # Two multisets are the same when their rows are as many and have the same sum of hashes, for each value
            # of the first column.
            summary = "select columns(*), count(*) as n from {} group by all"
            if mart == "contact_decisions":
                summary = "select settlement_id, count(*) as n, sum(hash(rows)) as hashes from {} as rows group by all"
            one, other = summary.format(f"marts.{mart}"), summary.format(files)
            rows = connection.execute(
                f"(({one}) except ({other})) union all (({other}) except ({one})) limit 5"
            ).fetchall()
            if rows:
                found.append(f"{mart}: {rows}")
    return found


def random_extract(number: int) -> list[DeliveryFile]:
    """The first of the generated extracts, in a fixed order, that has more files than `number`."""
    once = settings(max_examples=200, derandomize=True, database=None, phases=[Phase.generate], deadline=None)
    return find(extracts(), lambda files: len(files) > number, settings=once)


def test_the_sample_has_the_same_marts_on_both_engines(tmp_path: Path) -> None:
    ensure_sample()
    exported = build_on_spark(tmp_path, {}, *WITHOUT_TESTS)
    warehouse = paths.warehouse_path()
    assert differences(warehouse, exported) == []


@pytest.mark.parametrize("number", [2, 3])
def test_random_extracts_have_the_same_marts_on_both_engines(number: int, tmp_path: Path) -> None:
    par_path = write_extract(random_extract(number), tmp_path / "par")
    run_dbt(tmp_path, par_path, "build", *WITHOUT_TESTS)
    exported = build_on_spark(tmp_path, build_settings(par_path, tmp_path), *WITHOUT_TESTS)
    assert differences(tmp_path / "warehouse.duckdb", exported) == []


def test_every_test_passes_on_spark_and_nothing_secret_is_written(tmp_path: Path) -> None:
    """Every value that the rules tell apart, in one extract; seeds, models, data tests and unit tests."""
    rows = systematic_rows()
    files = [DeliveryFile("sv", rows, kind="csv"), DeliveryFile("ov", rows[:0], kind="parquet")]
    par_path = write_extract(files, tmp_path / "par")
    environment = build_settings(par_path, tmp_path)
    run_dbt(tmp_path, par_path, "build", *WITHOUT_TESTS)
    exported = build_on_spark(tmp_path, environment, "--select", "fqn:*")
    assert differences(tmp_path / "warehouse.duckdb", exported) == []

    pads = hmac_pads(environment["PERSON_KEY_SECRET"].encode())
    secrets = [environment["PERSON_KEY_SECRET"].encode(), *(pad.encode() for pad in pads), b"181212121"]
    written = [*(tmp_path / "spark_target").rglob("*"), *(tmp_path / "spark_logs").rglob("*"), *exported.rglob("*")]
    contents = {path: path.read_bytes() for path in written if path.is_file()}
    assert contents
    assert [path for path, content in contents.items() if any(secret in content for secret in secrets)] == []
