"""Opens the PAR extract as two table macros, whatever its files look like (contract 2.1)."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path

from vardkoer.delivery_files import (
    DATE_TEXT,
    DeliveryError,
    DeliveryFile,
    RefusedDeliveryError,
    in_memory,
    masked,
    paths_in,
    read_file,
)
from vardkoer.session_macros import ATTACH, DATABASE, table_macro, text_literal, values_macro
from vardkoer.unreadable_rows import WRONG_NUMBER_OF_FIELDS, Limit, UnreadableRow, unreadable_rows

CONTACT_ID = "vardkontakt_id"
CONTACT_COLUMNS = (
    CONTACT_ID,
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
    CONTACT_ID: "nullif(trim({column}), '')",
    "leverans_nr": "if(try_cast({column} as bigint) = try_cast({column} as decimal(38, 9)), 1, null)",
    "inrapporterad": DATE_TEXT,
    "makulerad": "try_cast(coalesce(nullif(trim({column}), ''), 'false') as boolean)",
}
# True where `trim` may find something to cut: all blanks but the common one are beyond ASCII, where a character is more
# than a byte. To trim every id of the register would take more than twice as long.
MAY_BE_PADDED = "{column} like ' %' or {column} like '% ' or strlen({column}) != length({column})"
# Types that are read as they are; all else is text.
KEPT_TYPES = {"BOOLEAN", "DATE", "INTEGER", "BIGINT"}
COLUMNS = {
    "sv": (*CONTACT_COLUMNS, "utdatum", *PROCEDURE_DATES),
    "ov": CONTACT_COLUMNS,
}


@dataclasses.dataclass(frozen=True)
class CheckedFile:
    """A file that can be taken in, and its rows that cannot.

    `name` is the file as others know it (`public_names`), `version` changes when somebody writes it. `first_received`
    and `last_received` are the earliest and the latest `inrapporterad` of the rows that can be read, as text; None when
    there is no such row. `has_padded_ids` tells that there may be blanks to cut from contact ids.
    """

    file: DeliveryFile
    folder: str
    name: str
    version: str
    unreadable_rows: tuple[UnreadableRow, ...]
    rows_accepted: int
    first_received: str | None
    last_received: str | None
    has_padded_ids: bool

    def as_json(self) -> str:
        """All that a check has found, without the path: a later build need not check the same file again."""
        account = dataclasses.asdict(self)
        del account["file"]["path"]
        account["file"]["columns"] = {column: self.file.columns[column] for column in COLUMNS[self.folder]}
        return json.dumps(account)

    @classmethod
    def from_json(cls, text: str, path: Path) -> CheckedFile:
        """The file at a path, as it was found by an earlier check."""
        account = json.loads(text)
        file = account.pop("file")
        columns = {column: tuple(name_and_type) for column, name_and_type in file.pop("columns").items()}
        file = DeliveryFile(path=path, columns=columns, **file | {"ragged_rows": tuple(file["ragged_rows"])})
        unreadable = tuple(UnreadableRow(**row) for row in account.pop("unreadable_rows"))
        return cls(file=file, unreadable_rows=unreadable, **account)


def public_names(paths: list[Path]) -> list[str]:
    """The names of files without what could be an identity number; those that are then the same are numbered."""
    names: list[str] = []
    for path in paths:
        name = masked(path.name)
        same = sum(other == name or other.startswith(f"{name}#") for other in names)
        names.append(f"{name}#{same + 1}" if same else name)
    return names


def check_extract(par_path: Path, limits: list[Limit], known: Mapping[str, tuple[str, str]]) -> list[CheckedFile]:
    """Every file of both folders. Raises RefusedDeliveryError when there is one that cannot be taken in.

    `known` has version and account of files that were checked before: what has not changed is not opened.
    """
    checked, errors = [], []
    for folder in COLUMNS:
        try:
            paths = paths_in(par_path / folder, (".parquet", ".csv"))
        except DeliveryError as error:
            errors.append(error)
            continue
        for path, name in zip(paths, public_names(paths), strict=True):
            version = _version_of(path)
            known_version, account = known.get(f"{folder}/{name}", (None, ""))
            try:
                checked.append(
                    CheckedFile.from_json(account, path)
                    if version == known_version
                    else _check_file(path, folder, f"{folder}/{name}", version, limits)
                )
            except DeliveryError as error:
                errors.append(error)
    if errors:
        raise RefusedDeliveryError(errors)
    return checked


def _version_of(path: Path) -> str:
    """Size and times of a file; nothing when there is none, which its check will say. The time of change is set by the
    system whenever a file is written or put in place."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"


def _check_file(path: Path, folder: str, name: str, version: str, limits: list[Limit]) -> CheckedFile:
    file = read_file(path, COLUMNS[folder])
    unreadable = unreadable_rows(file, READABLE, limits)
    # counted, not subtracted: delivered = accepted + quarantined is a test of the warehouse
    condition = _is_readable() if unreadable else "true"
    received, kind = file.columns["inrapporterad"]
    contact_id = f'cast("{file.columns[CONTACT_ID][0]}" as varchar)'
    day = received if kind == "DATE" else DATE_TEXT.format(column=f'cast("{received}" as varchar)')
    accepted, first, last, padded = (
        in_memory()
        .execute(f"""
            select
                count(*),
                cast(cast(min({day}) as date) as varchar),
                cast(cast(max({day}) as date) as varchar),
                count(*) filter (where {MAY_BE_PADDED.format(column=contact_id)})
            from {file.scan}
            where {condition}
        """)
        .fetchall()[0]
    )
    return CheckedFile(file, folder, name, version, unreadable, accepted, first, last, padded > 0)


def macro_statements(files: list[CheckedFile]) -> list[str]:
    """The SQL that opens an extract: `par_sv()` and `par_ov()` with the rows that can be read, `par_files()` and
    `par_unreadable_rows()` with the account of all rows."""
    types = {column: _type_of(column, files) for column in COLUMNS["sv"]}
    return [
        ATTACH,
        _files_macro(files),
        _unreadable_rows_macro(files),
        *(_rows_macro(folder, [checked for checked in files if checked.folder == folder], types) for folder in COLUMNS),
        _months_macro(),
    ]


def _rows_macro(folder: str, files: list[CheckedFile], types: dict[str, str]) -> str:
    """A query for each file, so that its name is one value and not one to be looked up for each row."""
    is_padded = any(checked.has_padded_ids for checked in files)
    columns = _columns(folder, types, f"trim(cast({CONTACT_ID} as varchar))" if is_padded else CONTACT_ID)
    nothing = ", ".join(f"cast(null as {kind}) as {column}" for column, kind in types.items())
    queries = [
        f"select {columns}, {text_literal(checked.name)} as file_name from {checked.file.scan} "
        f"where {_is_readable() if _has_unreadable_values(checked) else 'true'}"
        for checked in files
    ]
    body = "\nunion all\n".join(queries) or f"select {nothing}, cast(null as varchar) as file_name where false"
    return table_macro(f"par_{folder}", body)


def _columns(folder: str, types: dict[str, str], contact_id: str = CONTACT_ID) -> str:
    """The columns of either folder in their types; what a folder does not deliver is NULL."""
    values = {column: column if column in COLUMNS[folder] else "null" for column in types} | {CONTACT_ID: contact_id}
    return ", ".join(f"cast({values[column]} as {kind}) as {column}" for column, kind in types.items())


def _type_of(column: str, files: list[CheckedFile]) -> str:
    """The type that a column has in all files, text where they do not agree: a cast would be made for every row."""
    kinds = {checked.file.columns[column][1] for checked in files if column in checked.file.columns}
    return kinds.pop() if len(kinds) == 1 and kinds <= KEPT_TYPES and column != CONTACT_ID else "VARCHAR"


def opened(checked: CheckedFile) -> str:
    """The query of one file's rows that can be read, every value as text."""
    columns = _columns(checked.folder, dict.fromkeys(COLUMNS["sv"], "VARCHAR"))
    return f"select {columns} from {checked.file.scan} where {_is_readable()}"


def _has_unreadable_values(checked: CheckedFile) -> bool:
    return any(row.fault != WRONG_NUMBER_OF_FIELDS for row in checked.unreadable_rows)


def _is_readable() -> str:
    readable = (expression.format(column=f"cast({column} as varchar)") for column, expression in READABLE.items())
    return " and ".join(f"({expression}) is not null" for expression in readable)


def _files_macro(files: list[CheckedFile]) -> str:
    rows = [f"({text_literal(checked.name)}, {checked.file.rows}, {checked.rows_accepted})" for checked in files]
    return values_macro("par_files", ("file_name varchar", "rows_delivered bigint", "rows_accepted bigint"), rows)


def _months_macro() -> str:
    """Stub until the gate counts them."""
    start, received = (DATE_TEXT.format(column=f"cast({name} as varchar)") for name in ("indatum", "inrapporterad"))
    queries = [
        f"select file_name, '{care}' as care_type, if(regexp_full_match(trim(cast(lkf as varchar)), "
        "'[0-9]{2}([0-9]{2}){0,2}'), left(trim(cast(lkf as varchar)), 2), null) as county_code, "
        f"cast(date_trunc('month', {start}) as date) as start_month, "
        f"cast(min({received}) as date) as first_received_date, "
        f"cast(max({received}) as date) as last_received_date, count(*) as rows_accepted "
        f"from {DATABASE}.par_{folder}() group by all"
        for folder, care in (("sv", "inpatient"), ("ov", "outpatient"))
    ]
    return table_macro("par_months", " union all ".join(queries))


def _unreadable_rows_macro(files: list[CheckedFile]) -> str:
    rows = [
        f"({text_literal(checked.name)}, {unreadable.row}, {text_literal(unreadable.fault)})"
        for checked in files
        for unreadable in checked.unreadable_rows
    ]
    return values_macro("par_unreadable_rows", ("file_name varchar", "row_number bigint", "fault varchar"), rows)
