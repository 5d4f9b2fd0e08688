"""Opens the PAR extract as two table macros, whatever its files look like (contract 2.1)."""

from __future__ import annotations

from pathlib import Path

from vardkoer.delivery_files import READABLE, DeliveryFile, check_values, read_folder

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
        scans = [_select(scan, folder) for scan in _scans(files)]
        body = "\nunion all\n".join([_select(f"({_no_rows(required)})", folder), *scans])
        statements.append(f"create or replace temporary macro par_{folder}() as table {body}")
    return statements


def _scans(files: list[DeliveryFile]) -> list[str]:
    """One table function for all Parquet files and one for the CSV files of each delimiter."""
    groups: dict[str | None, list[str]] = {}
    for file in files:
        groups.setdefault(file.delimiter, []).append("'" + str(file.path.resolve()).replace("'", "''") + "'")
    scans = []
    for delimiter, names in groups.items():
        listed = f"[{', '.join(names)}]"
        if delimiter is None:
            scans.append(f"read_parquet({listed}, union_by_name = true)")
        else:
            scans.append(
                f"read_csv({listed}, union_by_name = true, delim = '{delimiter}', quote = '\"', escape = '\"', "
                "header = true, all_varchar = true, null_padding = false, strict_mode = true)"
            )
    return scans


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
