"""Where the build reads from (the environment of contract section 1, or the generated sample), and which dbt runs."""

from __future__ import annotations

import datetime
import os
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
SEEDS = PROJECT / "seeds"
WAREHOUSE = "warehouse.duckdb"
SAMPLE = PROJECT / "data" / "sample"
SAMPLE_SECRET = "secret of the invented people in the sample"
LEAST_SECRET_BYTES = 16
# The dbt of the environment that this runs in.
DBT = (str(Path(sys.executable).with_name("dbt")),)


class SetupError(Exception):
    """The environment does not allow a build; the message says what to set."""


def uses_sample_extract() -> bool:
    """True when no PAR extract is named, so that the generated sample is built."""
    return not os.environ.get("PAR_PATH")


def uses_sample_reports() -> bool:
    """True when the generated sample's region reports are read: nothing invented is mixed with an extract."""
    return uses_sample_extract() and not os.environ.get("REGION_REPORTS_PATH")


def uses_sample_coverage() -> bool:
    """True when the generated sample's second list is read."""
    return uses_sample_extract() and not os.environ.get("COVERAGE_PATH")


def par_path() -> Path:
    """Folder with the PAR extract (`sv/` and `ov/`)."""
    return SAMPLE / "par" if uses_sample_extract() else Path(os.environ["PAR_PATH"]).absolute()


def par_layout() -> str | None:
    """The layout that all files of the extract have; None where each file's header says it."""
    return os.environ.get("PAR_LAYOUT") or None


def region_reports_path() -> Path | None:
    """Folder with the volumes that regions report themselves; None where an extract is named and no reports are."""
    if uses_sample_reports():
        return SAMPLE / "region_reports"
    named = os.environ.get("REGION_REPORTS_PATH")
    return Path(named).absolute() if named else None


def coverage_path() -> Path | None:
    """Folder with second lists; None where an extract is named and no list is."""
    if uses_sample_coverage():
        return SAMPLE / "coverage"
    named = os.environ.get("COVERAGE_PATH")
    return Path(named).absolute() if named else None


def warehouse_path() -> Path:
    """The DuckDB file to build."""
    return Path(os.environ.get("WAREHOUSE_PATH") or PROJECT / WAREHOUSE).absolute()


def records_folder(warehouse: Path) -> Path:
    """Where the records of a warehouse are kept."""
    return warehouse.with_name(f"{warehouse.name}.records")


def target_path() -> Path:
    """Where dbt keeps what it compiled and what came of its last run: a folder for each warehouse, since two may be
    built at a time."""
    warehouse = warehouse_path()
    own = PROJECT / "target" if warehouse == PROJECT / WAREHOUSE else warehouse.with_name(f"{warehouse.name}.target")
    return Path(os.environ.get("DBT_TARGET_PATH") or own)


def absolute_settings() -> dict[str, str]:
    """The environment for a process that works in another folder: what a path is relative to is this one."""
    named = ("PAR_PATH", "REGION_REPORTS_PATH", "COVERAGE_PATH", "WAREHOUSE_PATH")
    settings = {name: str(Path(os.environ[name]).absolute()) for name in named if os.environ.get(name)}
    target = target_path().absolute()
    return settings | {"DBT_TARGET_PATH": str(target), "DBT_LOG_PATH": os.environ.get("DBT_LOG_PATH") or str(target)}


def received_through() -> datetime.date | None:
    """The day through which the extract holds all that was received; None where nobody says. Raises SetupError.

    It may be before the newest row: an extract that was drawn on a day has some of that day's rows only.
    """
    stated = os.environ.get("PAR_RECEIVED_THROUGH")
    if not stated:
        return None
    try:
        date = datetime.date.fromisoformat(stated)
    except ValueError:
        date = None
    if date is None or date.isoformat() != stated:
        raise SetupError("PAR_RECEIVED_THROUGH is no date; write it as YYYY-MM-DD, or leave it out")
    return date


def person_key_secret() -> bytes:
    """Secret of the person pseudonym. Raises SetupError when an extract is named without one, or when it is none."""
    secret = os.environ.get("PERSON_KEY_SECRET")
    if not secret and uses_sample_extract():
        return SAMPLE_SECRET.encode()
    if not secret:
        raise SetupError(
            "PERSON_KEY_SECRET is not set: an extract named by PAR_PATH needs a secret of your own "
            "for the person pseudonym; set it in the environment and keep it for later builds"
        )
    try:
        key = secret.encode()
    except UnicodeEncodeError:
        raise SetupError("PERSON_KEY_SECRET is not UTF-8; write it in letters and digits") from None
    if len(secret.strip().encode()) < LEAST_SECRET_BYTES:
        raise SetupError(
            f"PERSON_KEY_SECRET is shorter than {LEAST_SECRET_BYTES} bytes without the blanks around it, so that it "
            "could be guessed; set a longer one and keep it for later builds"
        )
    return key
