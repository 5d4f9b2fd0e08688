"""Opens the PAR extract as two table macros, whatever its files look like (contract 2.1)."""

from __future__ import annotations

from pathlib import Path

from vardkoer.delivery_files import DATE_TEXT, check_values, read_folder, scan_files

CONTACT_COLUMNS = (
    "vardkontakt_id",
    "leverans_nr",
    "inrapporterad",
    "makulerad",
    "personnummer",
    "lkf",
    "sjukhus",
    "mvo",
    "indatum",
    "hdia",
    "op",
)
PROCEDURE_DATES = tuple(f"opd{position}" for position in range(1, 31))
# What the newest-row rule (R1) cannot do without, as a DuckDB expression that is NULL where a value is unreadable.
READABLE = {
    "vardkontakt_id": "nullif(trim({column}), '')",
    "leverans_nr": "try_cast({column} as bigint)",
    "inrapporterad": DATE_TEXT,
    "makulerad": "try_cast(coalesce(nullif(trim({column}), ''), 'false') as boolean)",
}
COLUMNS = {
    "sv": (*CONTACT_COLUMNS, "utdatum", *PROCEDURE_DATES),
    "ov": CONTACT_COLUMNS,
}


def macro_statements(par_path: Path) -> list[str]:
    """Check both folders and return the SQL that opens them. Raises DeliveryError."""
    statements = []
    for folder, required in COLUMNS.items():
        files = read_folder(par_path / folder, required, (".parquet", ".csv"))
        for file in files:
            check_values(file, READABLE)
        scans = [_select(scan, folder) for scan in scan_files(files)]
        body = "\nunion all\n".join([_select(f"({_no_rows(required)})", folder), *scans])
        statements.append(f"create or replace temporary macro par_{folder}() as table {body}")
    return statements


def _no_rows(columns: tuple[str, ...]) -> str:
    return "select " + ", ".join(f"null as {column}" for column in columns) + " where false"


def _select(relation: str, folder: str) -> str:
    """The columns of the contract as text, the thirty dates as one list."""
    plain = [column for column in COLUMNS[folder] if column not in PROCEDURE_DATES]
    texts = [f"cast({column} as varchar) as {column}" for column in plain]
    if folder == "sv":
        dates = ", ".join(f"cast({column} as varchar)" for column in PROCEDURE_DATES)
        texts.append(f"[{dates}] as procedure_dates")
    else:
        texts += ["cast(null as varchar) as utdatum", "cast(null as varchar[]) as procedure_dates"]
    return f"select {', '.join(texts)} from {relation}"
