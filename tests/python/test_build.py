"""make build: published in one step or not at all, with a record that proves what is in the warehouse."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import stat
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import duckdb
import pytest
from build_place import COUNTED, OF_A_PERSON, PATIENTS, Place
from click.testing import CliRunner
from shared_dbt import Dbt

from vardkoer import paths
from vardkoer.cli import vardkoer
from vardkoer.paths import PROJECT
from vardkoer.warehouse import run_record


@pytest.fixture
def unchanged(place: Place):
    """The published file is the same after the test."""
    before = place.content
    yield
    assert place.content == before


def assert_one_line(result: subprocess.CompletedProcess[str], code: int, message: str) -> None:
    assert result.returncode == code, result.stdout + result.stderr
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("Not published: ")]
    assert message in line
    assert "Traceback" not in result.stderr


def test_a_build_publishes_the_warehouse_with_its_record(place: Place) -> None:
    record = place.record(1)
    assert run_record.verify(place.warehouse) == []
    assert record["inputs"]["ov/one.csv"]["rows_delivered"] == PATIENTS
    assert record["inputs"]["ov/one.csv"]["rows_accepted"] == PATIENTS
    assert record["inputs"]["ov/one.csv"]["sha256"] == run_record.sha256_of(place.folder / "par" / "ov" / "one.csv")
    assert record["tests"]["passed"] == record["tests"]["of"] > 60
    assert record["marts"]["grant_allocations"]["rows"] > 0
    assert "intermediate.int_operations_judged" in record["marts"]["contact_decisions"]["made_of"]
    assert record["previous_sha256"] is None
    (warning,) = [line for line in record["warnings"] if "one.csv" in line]
    assert warning.startswith("file=sv/one.csv figure=hospital_missing_percent: 100 where at most 1")
    folder = paths.records_folder(place.warehouse) / "00001.gate"
    assert list(folder.rglob("index.html")), "Data Docs"


def test_a_build_runs_every_data_test_and_leaves_the_unit_tests(place: Place, dbt: Dbt) -> None:
    nodes = dbt.read()["nodes"]
    data_tests = {key.removeprefix("test.") for key in nodes if key.startswith("test.")}
    assert len(data_tests) > 60
    assert set(place.record(1)["tests"]["results"]) == data_tests


def test_every_public_column_comes_from_seeds_or_from_what_was_delivered(place: Place) -> None:
    with duckdb.connect(str(place.warehouse), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'marts'"
        ).fetchall()
        rows = connection.execute("select * from records.column_lineage").fetchall()
    relations = {relation for _, _, _, relation, _ in rows}
    assert all(relation.split(".")[0] in ("seeds", "par", "region_reports", "coverage") for relation in relations)
    values, decided = (
        {
            key: {row[3:] for row in of_key}
            for key, of_key in groupby(sorted(row for row in rows if row[2] == kind), lambda row: row[:2])
        }
        for kind in ("values from", "decided by")
    )
    assert set(values) == set(columns)
    assert values["grant_allocations", "cap_kr"] == {("seeds.grant_caps", "cap_kr")}
    assert values["contact_decisions", "region_code"] == {("seeds.regions", "region_code")}
    assert {("par.ov", "personnummer"), ("seeds.settlements", "cutoff_date")} <= values["contact_decisions", "reason"]
    assert {("par.ov", "(rows)"), ("seeds.grant_rates", "rate_kr")} <= values["grant_allocations", "allocated_kr"]
    assert ("par.ov", "lkf") in decided["contact_decisions", "region_code"]
    assert {("par.ov", "op"), ("seeds.procedure_codes", "code")} <= decided["operation_counts", "operations"]
    of_cap_month = decided["grant_allocations", "cap_month"]
    assert {("seeds.grant_rates", "rate_kr"), ("seeds.grant_caps", "cap_kr"), ("par.ov", "op")} <= of_cap_month
    # a cap stands in a seed: no contact decides about it
    assert not [relation for relation, _ in decided["grant_allocations", "cap_kr"] if relation.startswith("par.")]


def explain(place: Place, *question: str) -> tuple[int, str]:
    result = CliRunner().invoke(vardkoer, ["explain", *question], env=place.environment())
    assert not result.stderr
    return result.exit_code, result.stdout


def test_an_auditor_is_answered(place: Place) -> None:
    code, answer = explain(place, "contact", "ov0")
    assert code == 0
    assert "2025_additional_payment, reports by 2025-11-15: cataract on 2025-07-01, COUNTED" in answer
    assert "CJE20 (cataract_procedures)" in answer
    assert explain(place, "contact", f"ov {OF_A_PERSON}")[1].count("cataract on 2025-07-02, COUNTED") >= 1
    # the same patient and day in the other folder
    code, answer = explain(place, "contact", "sv0")
    assert "EXCLUDED" in answer and "contact ov0 stands for this person and date" in answer
    code, answer = explain(place, "amount", "2025_additional_payment", "01")
    assert f"operations of cataract: {PATIENTS}" in answer
    assert "rate_kr of cataract: 19 000" in answer and "Bilaga 6, andra uppdraget" in answer
    assert "allocated_kr: 228 000" in answer
    code, answer = explain(place, "operations", "2025_additional_payment", "01")
    assert len(answer.splitlines()) == 1 + PATIENTS
    code, answer = explain(place, "column", "grant_allocations", "cap_kr")
    assert code == 0
    assert answer.startswith(
        "values from:\n    seeds.grant_caps: cap_kr\ndecided by:\n    seeds.grant_caps: region_code, "
    )
    for question in (["contact", "nobody"], ["amount", "2025_additional_payment", "99"], ["column", "x", "y"]):
        assert explain(place, *question)[0] == 1


def test_only_the_owner_can_read_what_is_written(place: Place) -> None:
    files = [place.warehouse, *paths.records_folder(place.warehouse).rglob("*")]
    assert [path for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_the_views_work_under_another_name(place: Place, tmp_path: Path) -> None:
    shutil.copy(place.warehouse, tmp_path / "copy.duckdb")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{tmp_path}/copy.duckdb' as elsewhere (read_only)")
        assert connection.execute(COUNTED.replace("marts", "elsewhere.marts")).fetchall() == [(place.counted(),)]


@pytest.mark.usefixtures("unchanged")
def test_a_refused_delivery_leaves_the_last_result(place: Place) -> None:
    file = place.folder / "par" / "ov" / "one.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("hdia", "diagnos", 1), encoding="utf-8")
    result = place.build()
    file.write_text(text, encoding="utf-8")
    assert_one_line(result, 3, "ov/one.csv column=hdia: column missing")


@pytest.mark.usefixtures("unchanged")
def test_a_failing_dbt_leaves_the_last_result(place: Place, tmp_path: Path) -> None:
    assert_one_line(place.build(DBT_PROFILES_DIR=str(tmp_path)), 1, "nothing was published")


@pytest.mark.usefixtures("unchanged")
def test_a_second_build_at_once_is_told_who_is_first(place: Place) -> None:
    with (place.warehouse.parent / "published.duckdb.lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4711")
        lock.truncate()
        lock.flush()
        assert_one_line(place.build(), 4, "another build of this warehouse is running (PID 4711)")


@pytest.mark.usefixtures("unchanged")
def test_dbt_alone_keeps_off_a_warehouse_that_is_being_built(place: Place, dbt: Dbt, tmp_path: Path) -> None:
    """Its result would be lost when the other one publishes."""
    command = [*dbt.command, "--quiet", "run", "--select", "dim_date"]
    with place.warehouse.with_name("published.duckdb.lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = subprocess.run(
            command,
            cwd=PROJECT,
            env=place.environment(DBT_TARGET_PATH=str(tmp_path / "target")),
            capture_output=True,
            text=True,
            check=False,
        )
    assert result.returncode != 0
    assert "another build of this warehouse is running" in result.stdout


@pytest.mark.usefixtures("unchanged")
def test_a_setting_that_cannot_be_is_detected(place: Place) -> None:
    assert_one_line(place.build(PERSON_KEY_SECRET=""), 5, "PERSON_KEY_SECRET is not set")
    assert_one_line(place.build(PAR_RECEIVED_THROUGH="15/11 2025"), 5, "PAR_RECEIVED_THROUGH is no date; write it as")
    changed = place.build(PERSON_KEY_SECRET="another secret of the tests")
    assert_one_line(changed, 5, "PERSON_KEY_SECRET is not the one")
    assert "another secret of the tests" not in changed.stdout + changed.stderr


@pytest.mark.usefixtures("unchanged")
def test_a_place_that_cannot_be_written_is_named(place: Place) -> None:
    assert_one_line(place.build(WAREHOUSE_PATH=str(place.folder / "nowhere" / "x.duckdb")), 5, "nowhere")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("line", ["[1/4]", "[2/4]", "int_operations_judged"])
def test_a_killed_build_leaves_the_last_result(place: Place, line: str) -> None:
    place.kill_at(line)
    assert place.counted() == PATIENTS


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("limit", [1_000, 5_000_000], ids=["in the gate", "in the build"])
def test_a_full_disk_leaves_the_last_result(place: Place, limit: int) -> None:
    assert_one_line(place.build(limit=limit), 5, "make room")


@pytest.mark.usefixtures("unchanged")
def test_a_build_killed_at_its_record_leaves_the_last_result(place: Place) -> None:
    place.kill_at("[3/4]", place.without_dbt)
    assert place.counted() == PATIENTS


def test_what_was_killed_is_built_the_next_time_and_readers_are_not_disturbed(place: Place) -> None:
    """Killed while it publishes, the old or the new warehouse is there, whole; the next build goes on from it."""
    place.deliver("ov", PATIENTS + 3)
    with duckdb.connect(str(place.warehouse), read_only=True) as reader:
        place.kill_at("[4/4]", place.without_dbt)
        result = place.build(place.without_dbt)
        assert result.returncode == 0, result.stdout + result.stderr
        assert reader.execute(COUNTED).fetchall() == [(PATIENTS,)], "the reader keeps what it had open"
    assert place.counted() == PATIENTS + 3
    assert not list(place.warehouse.parent.glob(".*candidate")), "what the killed builds left is gone"
    # asked when the reader is gone: in one process DuckDB opens a path once, whatever file has come to lie there
    newest = json.loads(run_record.stored_record(place.warehouse) or "")
    assert run_record.verify(place.warehouse) == []
    before = paths.records_folder(place.warehouse) / f"{newest['number'] - 1:05d}.json"
    assert newest["previous_sha256"] == hashlib.sha256(before.read_bytes()).hexdigest()
    changes = run_record.differences(place.warehouse, place.record(1), newest)
    assert "inputs: ov/one.csv changed" in changes
    assert "marts: operation_counts changed" in changes
    assert not [line for line in changes if line.startswith(("seeds", "tools"))]


def test_a_warehouse_open_for_writing_elsewhere_is_left_alone(place: Place) -> None:
    before = place.content
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import duckdb; c = duckdb.connect('{place.warehouse}'); print('open', flush=True); input()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout and writer.stdout.readline() == "open\n"
        result = place.build()
        writer.communicate("\n")
    assert_one_line(result, 4, "close what has it open for writing")
    assert place.content == before


def test_the_chain_goes_on_when_the_warehouse_is_gone(place: Place, tmp_path: Path) -> None:
    """Records are never overwritten, and what a killed session left beside the old file harms nobody."""
    copy = tmp_path / "published.duckdb"
    records = paths.records_folder(copy)
    shutil.copytree(paths.records_folder(place.warehouse), records)
    kept = {path.name: path.read_bytes() for path in records.glob("*.json")}
    copy.with_name("published.duckdb.wal").write_bytes(b"left behind")
    result = place.build(place.without_dbt, WAREHOUSE_PATH=str(copy))
    assert result.returncode == 0, result.stdout + result.stderr
    assert run_record.verify(copy) == []
    assert {name: (records / name).read_bytes() for name in kept} == kept
    assert len(list(records.glob("*.json"))) == len(kept) + 1


def test_a_warehouse_or_a_record_that_was_touched_is_found(place: Place, tmp_path: Path) -> None:
    copy = tmp_path / "published.duckdb"
    shutil.copy(place.warehouse, copy)
    shutil.copytree(paths.records_folder(place.warehouse), paths.records_folder(copy))
    assert run_record.verify(copy) == []
    first = paths.records_folder(copy) / "00001.json"
    first.write_text(first.read_text(encoding="utf-8").replace('"rows_delivered": 12', '"rows_delivered": 13'))
    assert "00001.json: is not the record that is named by what came after" in run_record.verify(copy)[0]
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            "update marts.grant_allocations set allocated_kr = allocated_kr + 1 where region_code = '01'"
        )
    assert "table=marts.grant_allocations: is not what was published" in run_record.verify(copy)[0]
