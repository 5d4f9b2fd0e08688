"""What need not be read again: the delivered files whose few relevant rows the warehouse already keeps.

The table `intermediate.kept_files` names them. A file is the same as long as its name, size and times are; what is kept
is usable as long as the secret, the code that reads and DuckDB are the same and the code lists ask for nothing more.
Otherwise everything is read again, as in a first build.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
from collections.abc import Mapping
from pathlib import Path

import duckdb

from vardkoer import paths
from vardkoer.par_extract import CheckedFile
from vardkoer.seed_files import read_rows
from vardkoer.session_macros import text_literal, values_macro
from vardkoer.warehouse import run_record

SCHEMA = "intermediate"
TABLES = ("int_contact_rows_kept", "int_deliveries_without_listed_code", "kept_files")
# What decides how a file is checked and read.
READING_CODE = (
    "macros",
    "models/staging/par",
    "models/intermediate/register",
    "seeds/deliveries/quarantine_limits.csv",
    "vardkoer/dbt_plugin.py",
    "vardkoer/delivery_files.py",
    "vardkoer/kept_files.py",
    "vardkoer/par_extract.py",
    "vardkoer/session_macros.py",
    "vardkoer/unreadable_rows.py",
)


@dataclasses.dataclass(frozen=True)
class Kept:
    """The version and the account of every file that a warehouse keeps the rows of, by name."""

    files: Mapping[str, tuple[str, str]]
    is_usable: bool


NOTHING_KEPT = Kept({}, is_usable=False)


def kept_in(warehouse: Path) -> Kept:
    """What a warehouse keeps; nothing usable when it is not there, cannot be read, or was read in another way."""
    if not warehouse.exists():
        return NOTHING_KEPT
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            rows = connection.execute(
                f"select file_name, file_version, account, prefixes from {SCHEMA}.kept_files "
                f"where state = {text_literal(reading_state())}"
            ).fetchall()
    except duckdb.Error:
        return NOTHING_KEPT
    if not rows or not set(prefixes(paths.SEEDS)) <= set(rows[0][3].split()):
        return NOTHING_KEPT
    return Kept({name: (version, account) for name, version, account, _ in rows}, is_usable=True)


def macro_statement(files: list[CheckedFile], seeds: Path) -> str:
    """The SQL of `par_kept_files()`: what the warehouse keeps once these files are read."""
    same = f"{text_literal(reading_state())}, {text_literal(' '.join(prefixes(seeds)))}"
    rows = [
        f"({text_literal(checked.name)}, {text_literal(checked.version)}, {text_literal(checked.as_json())}, {same})"
        for checked in files
    ]
    columns = ("file_name", "file_version", "account", "state", "prefixes")
    return values_macro("par_kept_files", tuple(f"{column} varchar" for column in columns), rows)


def variable_statements(files: list[CheckedFile], kept: Kept, seeds: Path) -> list[str]:
    """The SQL that tells a cursor what to look for and which files need no reading for it."""
    unchanged, new = [], []
    for checked in files:
        known_version, _ = kept.files.get(checked.name, ("", ""))
        (unchanged if checked.version == known_version else new).append(checked)
    received_first = min((checked.first_received for checked in new if checked.first_received), default=None)
    # a contact that a new file is the first to bring a listed code of may have later rows in a file that is not new
    earlier = [
        checked
        for checked in unchanged
        if not (received_first and checked.last_received and checked.last_received >= received_first)
    ]
    return [
        f"set variable listed_code_pattern = {text_literal(pattern(prefixes(seeds)))}",
        f"set variable par_kept_is_usable = {kept.is_usable}",
        f"set variable par_rows_kept_of = {_names(unchanged)}",
        f"set variable par_deliveries_kept_of = {_names(earlier)}",
    ]


def prefixes(seeds: Path) -> list[str]:
    """The first three letters of every procedure code that an operation is defined by."""
    lists = {row["procedure_list_id"] for row in read_rows(seeds / "rules" / "operation_definitions.csv")}
    codes = read_rows(seeds / "rules" / "procedure_codes.csv")
    return sorted({row["code"][:3] for row in codes if row["list_id"] in lists})


def pattern(begins: list[str]) -> str:
    """A regular expression for codes that begin so, whatever their case and dots."""
    return "(?i)" + "|".join(r"\.*".join(letters) for letters in begins)


def reading_state() -> str:
    """Changes when files would be checked or read differently. Raises SetupError when there is no secret."""
    state = [duckdb.__version__, run_record.hashes_below(paths.PROJECT, *READING_CODE)]
    return hmac.new(paths.person_key_secret(), json.dumps(state).encode(), hashlib.sha256).hexdigest()


def _names(files: list[CheckedFile]) -> str:
    return f"[{', '.join(text_literal(checked.name) for checked in files)}]::varchar[]"
