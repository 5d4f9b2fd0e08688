"""The sample: an invented PAR extract, calibrated to the published tables, invented region reports and an invented
second list.

`python -m vardkoer sample [SEED]` writes it to `data/sample`; a build without `PAR_PATH` does so when it is missing or
was made by other code or seeds. The same seed number gives the same files.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from pathlib import Path

import duckdb

from vardkoer import paths
from vardkoer.sample import calibration, region_reports, second_list

DEFAULT_SEED = 2025
CODE = Path(__file__).parent
SEED_TABLES = {
    "hospitals": "reference/hospitals.csv",
    "procedure_codes": "rules/procedure_codes.csv",
    "published_producers": "published/published_operations_by_producer.csv",
}
FIRST_YEAR, LAST_YEAR = 2022, 2026
# As many dates as the register has in its own layout.
PROCEDURE_DATES = tuple(f"opd{position}" for position in range(1, 31))


def write_sample(seed: int | None) -> None:
    """Write the sample of a seed number to its place; the usual one only where it is not there."""
    if seed in (None, DEFAULT_SEED):
        ensure_sample()
    else:
        generate(paths.SAMPLE, seed)


def ensure_sample() -> None:
    """Write what the environment leaves to the sample, unless it is there, made by this code from these seeds."""
    stamp = paths.SAMPLE / "stamp"
    if paths.uses_sample_extract() and not (stamp.exists() and stamp.read_text() == _fingerprint()):
        generate(paths.SAMPLE, DEFAULT_SEED)
        stamp.write_text(_fingerprint())
    if paths.uses_sample_reports() and not paths.region_reports_path().exists():
        region_reports.write(paths.region_reports_path())


def generate(folder: Path, seed: int) -> None:
    """Write `par/sv`, `par/ov`, `coverage` and `region_reports` below a folder, replacing what is there."""
    started = time.monotonic()
    print("Sample: generating invented care contacts for 2022-2026 (about half a minute)", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    with duckdb.connect() as connection:
        _create_inputs(connection, seed)
        for statement in connection.extract_statements((CODE / "contacts.sql").read_text(encoding="utf-8")):
            connection.execute(statement)
            print(".", end="", flush=True)
        print()
        for care, condition in (("sv", "is_inpatient"), ("ov", "not is_inpatient")):
            _write(connection, folder / "par" / care, care, condition)
        second_list.write(connection, folder / "coverage")
        rows = connection.execute("select count(*), count(distinct vardkontakt_id) from rows").fetchone()
    region_reports.write(folder / "region_reports")
    if rows:
        print(
            f"Sample: {rows[0]:,} rows of {rows[1]:,} contacts in {time.monotonic() - started:.0f} s, "
            f"{folder.relative_to(paths.PROJECT) if folder.is_relative_to(paths.PROJECT) else folder}",
            flush=True,
        )


def _create_inputs(connection: duckdb.DuckDBPyConnection, seed: int) -> None:
    connection.execute("set enable_progress_bar = false")
    connection.execute(f"set variable seed = {seed}")
    for table, file in SEED_TABLES.items():
        connection.execute(
            f"create table {table} as from read_csv(?, all_varchar = true, header = true)", [str(paths.SEEDS / file)]
        )
    connection.execute(
        "create table cells "
        "(region_code varchar, category_id varchar, year int, month int, known varchar, operations int)"
    )
    connection.executemany(
        "insert into cells values (?, ?, ?, ?, ?, ?)",
        [
            (cell.region_code, cell.category_id, cell.year, cell.month, cell.known, cell.operations)
            for cell in calibration.cells(paths.SEEDS)
        ],
    )
    connection.execute("""
        create table producers as
        with published as (
            select region_code, category_id, cast(operations_other_region as int) as operations_other_region,
                cast(operations_other_region as double) / cast(operations as double) as other_share
            from published_producers
        )
        from published
        union all
        select region_code, 'knee_prosthesis', null, other_share from published where category_id = 'hip_prosthesis'
        union all
        select region_code, 'inguinal_hernia', null, other_share from published where category_id = 'prolapse'
    """)


def _write(connection: duckdb.DuckDBPyConnection, folder: Path, care: str, condition: str) -> None:
    """One Parquet file a year of receipt, in the register's own columns."""
    folder.mkdir(parents=True)
    own = "exclude (opd, is_inpatient)"
    dates = ""
    if care == "sv":
        dates = ", " + ", ".join(f"opd[{i}] as {name}" for i, name in enumerate(PROCEDURE_DATES, start=1))
    else:
        own = "exclude (opd, is_inpatient, utdatum)"
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        connection.execute(
            f"copy (select * {own}{dates} from rows where {condition} and year(inrapporterad) = {year} "
            f"order by leverans_nr, vardkontakt_id) to '{folder / f'{care}_{year}.parquet'}' "
            "(format parquet, compression zstd)"
        )


def _fingerprint() -> str:
    digest = hashlib.sha256()
    inputs = [*CODE.glob("*.py"), *CODE.glob("*.sql"), *calibration.inputs(paths.SEEDS)]
    inputs += [paths.SEEDS / file for file in SEED_TABLES.values()]
    for path in sorted(set(inputs)):
        digest.update(path.read_bytes())
    return digest.hexdigest()
