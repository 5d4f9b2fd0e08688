"""`python -m vardkoer.build`: check, build, test, record, publish.

The warehouse is built as a candidate beside the published one and takes its place only when everything has passed, in
one step of the file system: readers keep the file that they have open, and after any failure the last good result is
there.
Exit codes: 0 published, 1 a model or a test failed, 3 a delivery or a seed was refused, 4 another build is running,
5 the environment does not allow a build.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import errno
import fcntl
import hashlib
import hmac
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb

from vardkoer import delivery_profile, kept_files, par_extract, paths, region_reports
from vardkoer.delivery_files import DeliveryError, RefusedDeliveryError, paths_in
from vardkoer.reading.summary import print_summary
from vardkoer.sample import ensure_sample
from vardkoer.seed_files import SeedError, check_seeds
from vardkoer.session_macros import text_literal
from vardkoer.unreadable_rows import read_limits
from vardkoer.warehouse import lineage, run_record

FAILED, REFUSED, BUSY, ENVIRONMENT = 1, 3, 4, 5
LEAST_FREE_BYTES = 200_000_000
SHOWN_WARNINGS = 20
DISK_FAULT = re.compile(r"No space left|File too large|Could not write|Disk quota|Read-only file system")
NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
FINGERPRINTED = b"vardkoer: fingerprint of the person key secret"


class BuildError(Exception):
    """Why there is nothing new to publish, in one line, and the exit code that says so."""

    def __init__(self, code: int, message: str):
        """Keep the code beside the message."""
        super().__init__(message)
        self.code = code


@dataclasses.dataclass(frozen=True)
class Delivery:
    """What has passed the gate: the files, what each looks like, and what is unusual about them."""

    files: list[par_extract.CheckedFile]
    profiles: delivery_profile.Profiles
    warnings: list[str]


def build() -> None:
    """One build from the gate to the published warehouse. Raises BuildError."""
    warehouse = paths.warehouse_path().absolute()
    os.umask(0o077)
    with exclusive(warehouse) as lock:
        check_place(warehouse)
        previous = recovered_record(warehouse)
        fingerprint = check_secret(previous)
        stage(1, "Gate: seeds, files and rows")
        prepare_seeds_and_sample()
        before = state_of_inputs()
        delivery = check_profile(check_inputs(), gate_folder(warehouse, previous), previous)
        candidate = candidate_of(warehouse)
        with contextlib.ExitStack() as cleaning:
            cleaning.callback(shutil.rmtree, candidate.parent, ignore_errors=True)
            stage(2, "Build and test the candidate (dbt build, about a minute on the sample)")
            copy_what_is_kept(warehouse, candidate, previous)
            run_dbt(candidate, lock)
            if state_of_inputs() != before:
                raise BuildError(
                    REFUSED, "a delivery or a seed changed while it was read; build again when it is whole"
                )
            stage(3, "Record: inputs, rules, code, tests and the content of every mart")
            text = record_of(candidate, delivery, previous, fingerprint)
            stage(4, "Publish")
            publish(candidate, warehouse)
            run_record.write_file(warehouse, text)
    print(f"Published {warehouse}, record {json.loads(text)['number']}.\n", flush=True)


def stage(number: int, what: str) -> None:
    """Say what happens now."""
    print(f"[{number}/4] {what}", flush=True)


@contextlib.contextmanager
def exclusive(warehouse: Path) -> Iterator[int]:
    """Hold the lock of a warehouse, which ends with the process and with those it started. Raises BuildError."""
    path = warehouse.with_name(f"{warehouse.name}.lock")
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise BuildError(
            ENVIRONMENT, f"file={path}: cannot be written ({error.strerror}); correct the permissions or WAREHOUSE_PATH"
        ) from None
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            pid = os.read(lock, 20).decode() or "unknown"
            raise BuildError(
                BUSY, f"file={path}: another build of this warehouse is running (PID {pid}); wait for it to end"
            ) from None
        os.ftruncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        yield lock
    finally:
        os.close(lock)


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
    """The fingerprint of the secret, which is that of the last build. Raises BuildError."""
    try:
        fingerprint = hmac.new(paths.person_key_secret(), FINGERPRINTED, hashlib.sha256).hexdigest()
    except paths.SetupError as error:
        raise BuildError(ENVIRONMENT, str(error)) from None
    last = json.loads(previous) if previous else None
    if last and not last["is_sample"] and not paths.uses_sample_extract() and last["fingerprint"] != fingerprint:
        raise BuildError(
            ENVIRONMENT,
            "PERSON_KEY_SECRET is not the one that the published warehouse was built with, so that no key would be the "
            "same; set that secret, or build into another WAREHOUSE_PATH",
        )
    return fingerprint


def prepare_seeds_and_sample() -> None:
    """Check the rules, and make the sample where it is to be built. Raises BuildError."""
    try:
        check_seeds(paths.SEEDS)
    except SeedError as error:
        raise BuildError(REFUSED, str(error)) from None
    ensure_sample()


def check_inputs() -> list[par_extract.CheckedFile]:
    """Every file of the extract, checked. Raises BuildError with a line for each fault."""
    try:
        region_reports.macro_statement(paths.region_reports_path())
        kept = kept_files.kept_in(paths.warehouse_path())
        return par_extract.check_extract(paths.par_path(), read_limits(paths.SEEDS), kept.files)
    except (DeliveryError, RefusedDeliveryError) as error:
        raise BuildError(REFUSED, str(error)) from None


def gate_folder(warehouse: Path, previous: str | None) -> Path:
    """An empty folder beside the records for what Great Expectations writes about the next one."""
    folder = run_record.records_folder(warehouse) / f"{next_number(previous):05d}.gate"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def next_number(previous: str | None) -> int:
    """Number of the record to come."""
    return json.loads(previous)["number"] + 1 if previous else 1


def check_profile(files: list[par_extract.CheckedFile], folder: Path, previous: str | None) -> Delivery:
    """What the extract looks like; files that the last record knows are not looked at again. Raises BuildError when it
    is to be refused."""
    known = json.loads(previous).get("profiles", {}) if previous else {}
    profiles = delivery_profile.profiles_of(files, paths.SEEDS, known)
    found = delivery_profile.findings(profiles, files, paths.SEEDS, folder)
    refusals = [finding.line for finding in found if finding.severity == "refuse"]
    if refusals:
        raise BuildError(REFUSED, "\n".join(refusals))
    warnings = [finding.line for finding in found]
    for line in warnings[:SHOWN_WARNINGS]:
        print(f"      warning: {line}")
    if len(warnings) > SHOWN_WARNINGS:
        print(f"      and {len(warnings) - SHOWN_WARNINGS} more warnings, in {folder}")
    return Delivery(files, profiles, warnings)


def state_of_inputs() -> list[tuple[str, int, int]]:
    """Name, size and time of every file that is read: what changes when somebody adds, removes or writes one."""
    folders = [paths.par_path() / folder for folder in par_extract.COLUMNS]
    folders += [paths.region_reports_path(), *(path for path in paths.SEEDS.rglob("*") if path.is_dir())]
    files = [path for folder in folders if folder.is_dir() for path in folder.iterdir() if path.is_file()]
    return sorted((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files)


def candidate_of(warehouse: Path) -> Path:
    """An empty folder beside the warehouse, and in it the file to build; what a killed build left is removed."""
    folder = warehouse.with_name(f".{warehouse.name}.candidate")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder / warehouse.name


def copy_what_is_kept(warehouse: Path, candidate: Path, previous: str | None) -> None:
    """Let the candidate begin with what the published warehouse has read of the register, when it still holds what its
    record says; otherwise everything is read again."""
    recorded = json.loads(previous).get("kept") if previous and warehouse.exists() else None
    if not recorded:
        return
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        if run_record.table_contents(connection, kept_files.SCHEMA, kept_files.TABLES) != recorded:
            print("      warning: what the warehouse keeps is not what was recorded; reading everything")
            return
    with duckdb.connect(str(candidate)) as connection:
        # not a name that a file would have: the candidate is called after its own
        connection.execute(f'attach {text_literal(str(warehouse))} as "published before" (read_only)')
        connection.execute(f"create schema {kept_files.SCHEMA}")
        for table in kept_files.TABLES:
            name = f"{kept_files.SCHEMA}.{table}"
            connection.execute(f'create table {name} as from "published before".{name}')


def run_dbt(candidate: Path, lock: int) -> None:
    """Build and test everything into the candidate. Raises BuildError."""
    command = [str(Path(sys.executable).with_name("dbt")), "build"]
    environment = os.environ | {"WAREHOUSE_PATH": str(candidate)}
    disk_fault = False
    with subprocess.Popen(
        command,
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
    if process.returncode and disk_fault:
        raise BuildError(ENVIRONMENT, f"file={candidate.parent}: cannot be written to the end; make room on the disk")
    if process.returncode:
        raise BuildError(FAILED, "a model or a test failed, see above; nothing was published, the last result stays")


def record_of(
    candidate: Path,
    delivery: Delivery,
    previous: str | None,
    fingerprint: str,
) -> str:
    """The record of a candidate, which it then holds."""
    reports = paths_in(paths.region_reports_path(), (".csv",))
    columns = lineage.column_lineage(paths.target_path())
    with duckdb.connect(str(candidate)) as connection:
        record = {
            "number": next_number(previous),
            "warnings": delivery.warnings,
            "profiles": delivery.profiles,
            "previous_sha256": hashlib.sha256(previous.encode()).hexdigest() if previous else None,
            "built_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "is_sample": paths.uses_sample_extract(),
            "fingerprint": fingerprint,
            "inputs": run_record.inputs_of(delivery.files),
            "region_reports": {
                name: {"bytes": path.stat().st_size, "sha256": run_record.sha256_of(path)}
                for name, path in zip(par_extract.public_names(reports), reports, strict=True)
            },
            "seeds": run_record.hashes_below(paths.PROJECT, "seeds"),
            "code": run_record.code_version(),
            "tools": run_record.tool_versions(),
            "tests": run_record.test_results(paths.target_path()),
            "kept": run_record.table_contents(connection, kept_files.SCHEMA, kept_files.TABLES),
            "marts": run_record.table_contents(connection, "marts"),
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


def main() -> int:
    """Build, and show what is in the warehouse; one line on the screen says why not."""
    try:
        build()
    except BuildError as error:
        print(f"Not published: {error}", file=sys.stderr)
        return error.code
    except duckdb.Error as error:
        place = paths.warehouse_path().parent
        print(f"Not published: file={place}: {type(error).__name__}; make room and build again", file=sys.stderr)
        return ENVIRONMENT
    except OSError as error:
        remedy = "make room" if error.errno in NO_ROOM else "correct it and build again"
        place = error.filename or paths.warehouse_path().parent
        print(f"Not published: file={place}: {error.strerror}; {remedy}", file=sys.stderr)
        return ENVIRONMENT
    print_summary()
    return 0


if __name__ == "__main__":
    sys.exit(main())
