"""Check, build, test, record, publish.

The warehouse is built as a candidate beside the published one and takes its place only when everything has passed, in
one step of the file system: readers keep the file that they have open, and after any failure the last good result is
there.
Exit codes: 0 published, 1 a model or a test failed, 3 a delivery or a seed was refused, 4 another build is running,
5 the environment does not allow a build.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import hashlib
import hmac
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from vardkoer import gate, paths
from vardkoer.gate import files
from vardkoer.gate.faults import fault_line
from vardkoer.gate.reduced import ACCOUNT
from vardkoer.reading.summary import print_summary
from vardkoer.sample import ensure_sample
from vardkoer.warehouse import lineage, run_record, seed_changes
from vardkoer.warehouse.lock import BusyError, exclusive

FAILED, REFUSED, BUSY, ENVIRONMENT = 1, 3, 4, 5
LEAST_FREE_BYTES = 200_000_000
SHOWN_WARNINGS = 20
DISK_FAULT = re.compile(r"No space left|File too large|Could not write|Disk quota|Read-only file system")
DAMAGE = re.compile(r"parquet|zstd|snappy|gzip|corrupt|decompress", re.IGNORECASE)
NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
FINGERPRINTED = b"vardkoer: fingerprint of the person key secret"


class BuildError(Exception):
    """Why there is nothing new to publish, in one line, and the exit code that says so."""

    def __init__(self, code: int, message: str):
        """Keep the code beside the message."""
        super().__init__(message)
        self.code = code


def build() -> None:
    """One build from the gate to the published warehouse. Raises BuildError or SetupError."""
    warehouse = paths.warehouse_path().absolute()
    os.umask(0o077)
    stages = Stages()
    with held(warehouse) as lock:
        check_place(warehouse)
        previous = recovered_record(warehouse)
        fingerprint = check_secret(previous)
        paths.received_through()
        ensure_sample()
        stages.begin("gate", "Gate: seeds, files and rows")
        rules = state_of_rules()
        passed = check_inputs(warehouse)
        candidate = candidate_of(warehouse)
        with contextlib.ExitStack() as cleaning:
            cleaning.callback(shutil.rmtree, candidate.parent, ignore_errors=True)
            # the gate of the dbt that is started finds its answers there
            gate.remember(passed, paths.SEEDS, gate.memory_of(candidate))
            stages.begin("dbt", "Build and test the candidate (dbt build, half a minute on the sample)")
            pages = candidate.parent / "gate"
            with ThreadPoolExecutor(1) as pool:
                # dbt leaves one of two processors idle now and then
                written = pool.submit(write_pages, passed, pages)
                run_dbt(candidate, lock, passed)
            written.result()
            say_what_changed(passed, rules)
            stages.begin("record", "Record: inputs, rules, code, tests and the content of every mart")
            shutil.copytree(pages, gate_folder(warehouse, previous), dirs_exist_ok=True)
            text = record_of(candidate, passed, previous, fingerprint)
            seed_changes.keep(warehouse, json.loads(text)["seeds"])
            stages.begin("publication", "Publish")
            publish(candidate, warehouse)
            run_record.write_file(warehouse, text)
            gate.memory_of(candidate).replace(gate.memory_of(warehouse))
    # dbt has said the same hundreds of lines ago
    print("\n".join(gate.warnings_of(passed)))
    print(f"Published {warehouse}, record {json.loads(text)['number']}; seconds: {stages.seconds()}.\n", flush=True)


class Stages:
    """The four parts of a build: what happens now is said, and in the end how long each took."""

    def __init__(self) -> None:
        """Nothing has begun."""
        self.begun: list[tuple[str, float]] = []

    def begin(self, name: str, what: str) -> None:
        """Say what happens now."""
        self.begun.append((name, time.monotonic()))
        print(f"[{len(self.begun)}/4] {what}", flush=True)

    def seconds(self) -> str:
        """How long each stage took until the next began, and the last until now."""
        ends = [begin for _, begin in self.begun[1:]] + [time.monotonic()]
        return ", ".join(f"{name} {end - begin:.1f}" for (name, begin), end in zip(self.begun, ends, strict=True))


@contextlib.contextmanager
def held(warehouse: Path) -> Iterator[int]:
    """Hold the lock of a warehouse. Raises BuildError."""
    try:
        with exclusive(warehouse) as lock:
            yield lock
    except BusyError as error:
        raise BuildError(BUSY, str(error)) from None


def check_place(warehouse: Path) -> None:
    """The folder can hold a candidate beside the warehouse. Raises BuildError."""
    if not os.access(warehouse.parent, os.W_OK):
        raise BuildError(ENVIRONMENT, f"file={warehouse.parent}: the folder cannot be written; correct its permissions")
    needed = max(LEAST_FREE_BYTES, 2 * warehouse.stat().st_size if warehouse.exists() else 0)
    free = shutil.disk_usage(warehouse.parent).free
    if free < needed:
        raise BuildError(
            ENVIRONMENT,
            f"file={warehouse.parent}: {free // 1_000_000} MB free where {needed // 1_000_000} are needed; make room",
        )


def recovered_record(warehouse: Path) -> str | None:
    """The last record, or None before the first. Raises BuildError.

    It is the one that the published warehouse holds, whose file a killed build may have left to be written now; or the
    newest file, when the warehouse is gone or was built by dbt alone.
    """
    try:
        text = run_record.stored_record(warehouse) if warehouse.exists() else None
    except duckdb.Error:
        raise BuildError(
            BUSY, f"file={warehouse}: cannot be read; close what has it open for writing, or move it away if damaged"
        ) from None
    newest = run_record.newest_file(warehouse)
    if text is None:
        return newest.read_text(encoding="utf-8") if newest else None
    path = run_record.record_path(warehouse, json.loads(text)["number"])
    if newest and newest > path:
        raise BuildError(
            ENVIRONMENT, f"file={newest}: is newer than the warehouse; restore that, or move the newer records away"
        )
    if not path.exists():
        run_record.write_file(warehouse, text)
    return text


def check_secret(previous: str | None) -> str:
    """The fingerprint of the secret, which is that of the last build. Raises BuildError or SetupError."""
    fingerprint = hmac.new(paths.person_key_secret(), FINGERPRINTED, hashlib.sha256).hexdigest()
    last = json.loads(previous) if previous else None
    if last and not last["is_sample"] and not paths.uses_sample_extract() and last["fingerprint"] != fingerprint:
        raise BuildError(
            ENVIRONMENT,
            "PERSON_KEY_SECRET is not the one that the published warehouse was built with, so that no key would be the "
            "same; set that secret, or build into another WAREHOUSE_PATH",
        )
    return fingerprint


def check_inputs(warehouse: Path) -> gate.Passed:
    """Everything that is read, looked at. Raises BuildError with a line for each fault."""
    try:
        return gate.check(
            paths.par_path(),
            paths.region_reports_path(),
            paths.SEEDS,
            gate.memory_of(warehouse),
            paths.coverage_path(),
        )
    except gate.RefusalError as error:
        raise BuildError(REFUSED, str(error)) from None


def gate_folder(warehouse: Path, previous: str | None) -> Path:
    """An empty folder beside the records for what Great Expectations writes about the next one."""
    folder = paths.records_folder(warehouse) / f"{next_number(previous):05d}.gate"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def next_number(previous: str | None) -> int:
    """Number of the record to come."""
    return json.loads(previous)["number"] + 1 if previous else 1


def state_of_rules() -> dict[Path, str]:
    """The versions of seeds and region reports: what changes when somebody adds, removes or writes one."""
    folders = [paths.region_reports_path(), paths.SEEDS]
    found = [path for folder in folders if folder for path in folder.rglob("*") if path.is_file()]
    return {path: files.version_of(path) for path in found}


def say_what_changed(passed: gate.Passed, rules: dict[Path, str]) -> None:
    """Raises BuildError when a file is not what it was."""
    now = state_of_rules()
    changed = [path for path in rules.keys() | now.keys() if rules.get(path) != now.get(path)]
    try:
        changed += gate.changed_files(passed, paths.par_path(), paths.coverage_path())
    except gate.RefusalError as error:
        raise BuildError(REFUSED, str(error)) from None
    if changed:
        remedy = "build again when it is whole"
        lines = [fault_line(path, "changed while it was read", remedy) for path in sorted(changed)]
        raise BuildError(REFUSED, "\n".join(lines[:SHOWN_WARNINGS]))


def candidate_of(warehouse: Path) -> Path:
    """An empty folder beside the warehouse, and in it the file to build; what a killed build left is removed."""
    folder = warehouse.with_name(f".{warehouse.name}.candidate")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder / warehouse.name


def run_dbt(candidate: Path, lock: int, passed: gate.Passed) -> None:
    """Build and test everything into the candidate. Raises BuildError."""
    environment = os.environ | paths.absolute_settings() | {"WAREHOUSE_PATH": str(candidate)}
    disk_fault = damage = False
    with subprocess.Popen(
        [*paths.DBT, "build"],
        cwd=paths.PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        pass_fds=[lock],
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            disk_fault = disk_fault or bool(DISK_FAULT.search(line))
            damage = damage or bool(DAMAGE.search(line))
    if not process.returncode:
        return
    if disk_fault:
        raise BuildError(ENVIRONMENT, f"file={candidate.parent}: cannot be written to the end; make room on the disk")
    if damage and (damaged := gate.damaged_files(passed)):
        raise BuildError(REFUSED, "\n".join(map(str, damaged)))
    raise BuildError(FAILED, "a model or a test failed, see above; nothing was published, the last result stays")


def write_pages(passed: gate.Passed, folder: Path) -> None:
    """What Great Expectations says of the delivery, into a new folder."""
    # takes seconds to load, for which a build that is refused does not wait
    from vardkoer.gate import data_docs  # noqa: PLC0415

    folder.mkdir()
    data_docs.write(passed, paths.SEEDS, folder)


def record_of(candidate: Path, passed: gate.Passed, previous: str | None, fingerprint: str) -> str:
    """The record of a candidate, which it then holds."""
    with duckdb.connect(str(candidate)) as connection, ThreadPoolExecutor(1) as pool:
        # DuckDB hashes the one while Python follows the other
        marts = pool.submit(run_record.table_contents, connection.cursor(), "marts")
        columns = lineage.column_lineage(paths.target_path())
        record = {
            "number": next_number(previous),
            "warnings": [finding.line for finding in passed.findings],
            "not_read": passed.unread,
            "previous_sha256": hashlib.sha256(previous.encode()).hexdigest() if previous else None,
            "built_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "is_sample": paths.uses_sample_extract(),
            "fingerprint": fingerprint,
            "inputs": run_record.inputs_of(passed.files) | run_record.hashes_below(paths.par_path(), ACCOUNT),
            "region_reports": run_record.reports_of(paths.region_reports_path()),
            "second_lists": run_record.lists_of(passed.lists.files),
            "seeds": run_record.hashes_below(paths.PROJECT, "seeds"),
            "code": run_record.code_version(),
            "tools": run_record.tool_versions(),
            "tests": run_record.test_results(paths.target_path()),
            "marts": marts.result(),
            "seed_tables": run_record.table_contents(connection, "seeds"),
            "lineage_sha256": run_record.lineage_hash(columns),
        }
        text = run_record.as_text(record)
        run_record.store(connection, text, columns)
    return text


def publish(candidate: Path, warehouse: Path) -> None:
    """Put the candidate in the place of the warehouse, with the permissions that this one had."""
    if warehouse.exists():
        candidate.chmod(warehouse.stat().st_mode & 0o777)
    with candidate.open("rb") as stream:
        os.fsync(stream.fileno())
    # what a killed session left to be replayed is not about the new file
    warehouse.with_name(f"{warehouse.name}.wal").unlink(missing_ok=True)
    candidate.replace(warehouse)


def build_and_publish() -> int:
    """Build, and show what is in the warehouse; one line on the screen says why not."""
    try:
        build()
    except BuildError as error:
        print(f"Not published: {error}", file=sys.stderr)
        return error.code
    except paths.SetupError as error:
        print(f"Not published: {error}", file=sys.stderr)
        return ENVIRONMENT
    except duckdb.Error as error:
        place = paths.warehouse_path().parent
        print(f"Not published: file={place}: {type(error).__name__}; make room and build again", file=sys.stderr)
        return ENVIRONMENT
    except OSError as error:
        remedy = "make room" if error.errno in NO_ROOM else "correct it and build again"
        place = error.filename or paths.warehouse_path().parent
        print(f"Not published: file={place}: {error.strerror}; {remedy}", file=sys.stderr)
        return ENVIRONMENT
    return print_summary()
