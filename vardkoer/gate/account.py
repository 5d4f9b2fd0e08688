"""The account of one file: which of its rows cannot be read, which months of which county it delivers, and what the
rows look like that a grant may count.

The register is large and one row in a hundred of it has a listed code. So only two things are asked of every row, in
the types that the file has: whether it can be placed among the deliveries of its contact, and which county and month it
is of. All other figures are of the rows that the search for listed codes finds, as the models find them.
"""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from string import Template
from typing import Any

import duckdb

from vardkoer.gate import values
from vardkoer.gate.files import DataFile, DeliveryError, file_literal, in_memory, text_literal

REQUIRED = (
    "vardkontakt_id",
    "leverans_nr",
    "inrapporterad",
    "makulerad",
    "personnummer",
    "lkf",
    "sjukhus",
    "indatum",
    "hdia",
    "op",
)
OPTIONAL = ("utdatum",)
PROCEDURE_DATE = "opd"
# Without any of these a row has no place among the deliveries of its contact (R1).
FAULTS = {
    "vardkontakt_id": "no_contact_id",
    "leverans_nr": "unreadable_delivery_number",
    "inrapporterad": "unreadable_receipt_date",
    "makulerad": "unreadable_withdrawal",
}
WRONG_NUMBER_OF_FIELDS = "wrong_number_of_fields"
RESIDENCE_FORM = "[0-9]{2}([0-9]{2}([0-9]{2})?)?"
IDENTITY, CONTACT_ID = "translate($personnummer, ' +-', '')", "translate($vardkontakt_id, ' +-', '')"
# Figures of the rows found: a name and when a row is of it. What is missing is not what cannot be read.
FIGURES = {
    "rows_found": "true",
    "identity_missing": "$personnummer is null",
    "identity_unreadable": f"not regexp_full_match({IDENTITY}, '[0-9]{{12}}')",
    "residence_missing": "$lkf is null",
    "residence_unreadable": f"not regexp_full_match($lkf, '{RESIDENCE_FORM}')",
    "hospital_missing": "$sjukhus is null",
    "diagnosis_missing": "$hdia is null",
    "diagnosis_unreadable": "not regexp_matches($hdia, '^[^0-9A-Za-z]*[A-Za-z][^0-9A-Za-z]*[0-9]')",
    "start_missing": "$indatum_is_missing",
    "start_unreadable": "not $indatum_is_missing and $indatum is null",
    "procedure_date_unreadable": "$has_unreadable_date",
    "procedure_date_outside_stay": "$first_day < $indatum or $last_day > $utdatum",
    "end_before_start": "$utdatum < $indatum",
    "received_before_start": "$inrapporterad < $indatum",
    "contact_id_is_person": f"{CONTACT_ID} in ({IDENTITY}, right({IDENTITY}, 10)) and {CONTACT_ID} != ''",
}


@dataclasses.dataclass(frozen=True)
class UnreadableRow:
    """Where a row is, as numbered in its file, the first fault found in it, and whether it says that it withdraws."""

    row: int
    fault: str
    is_withdrawal: bool


@dataclasses.dataclass(frozen=True)
class Month:
    """Accepted rows of a county, a month of contact start and a month of receipt.

    `county` is None where no residence was reported and `?` where it cannot be read; `start` is None where there is no
    date of start; `first_received` and `last_received` are the days of the earliest and the latest of the rows.
    """

    county: str | None
    start: str | None
    received: str
    first_received: str
    last_received: str
    rows: int


@dataclasses.dataclass(frozen=True)
class Account:
    """What the gate knows of a file. `figures` counts rows by the names of `FIGURES`; `has_clean_ids` says that contact
    ids stand in the file as they are compared; `version` changes when somebody writes the file."""

    name: str
    version: str
    rows: int
    has_clean_ids: bool
    unreadable_rows: tuple[UnreadableRow, ...]
    months: tuple[Month, ...]
    figures: dict[str, int]

    @property
    def rows_accepted(self) -> int:
        """Rows that the rules are applied to."""
        return sum(month.rows for month in self.months)

    def as_json(self) -> dict[str, Any]:
        """The account as plain values."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, account: dict[str, Any]) -> Account:
        """The account that was written as plain values."""
        unreadable = tuple(UnreadableRow(**row) for row in account["unreadable_rows"])
        return cls(**account | {"unreadable_rows": unreadable, "months": tuple(Month(**m) for m in account["months"])})


def account_of(file: DataFile, name: str, version: str, listed_codes: str) -> Account:
    """Look at every row of a file; `listed_codes` is a pattern for the text of a row that may have one.

    Raises DeliveryError.
    """
    check_columns(file, REQUIRED, [*OPTIONAL, *procedure_dates(file)])
    try:
        proven = _proven_readable(file)
        in_doubt = [column for column in FAULTS if column not in proven]
        kinds = _kinds_of_rows(file, in_doubt)
        if not all(kind.has_clean_ids for kind in kinds):
            # only an id that is not clean may be one that cannot be read
            in_doubt = [column for column in FAULTS if column in (*in_doubt, "vardkontakt_id")]
            kinds = _kinds_of_rows(file, in_doubt)
        faulty = in_doubt if any(kind.is_faulty for kind in kinds) else []
        unreadable = _unreadable_rows(file, faulty)
        figures = _figures(file, faulty, listed_codes)
    except duckdb.Error:
        raise DeliveryError(file.path, "the file is damaged", "deliver the whole file again") from None
    accepted = [kind for kind in kinds if not kind.is_faulty]
    has_clean_ids = all(kind.has_clean_ids for kind in accepted)
    return Account(name, version, file.rows, has_clean_ids, unreadable, _months(accepted), figures)


def check_columns(file: DataFile, required: Sequence[str], others: Sequence[str]) -> None:
    """Every required column is there, and these and the others are of a type that can be read. Raises DeliveryError."""
    missing = [column for column in required if column not in file.columns]
    if missing:
        raise DeliveryError(
            file.path, "column missing", "deliver the file with every column of the contract", column=", ".join(missing)
        )
    for column in (*required, *others):
        name, kind = file.columns.get(column, ("", "VARCHAR"))
        if kind in values.ZONED_TYPES:
            raise DeliveryError(
                file.path, "is a moment whose day depends on the time zone", "deliver it as a date", column=column
            )
        if not values.is_known(kind):
            raise DeliveryError(
                file.path,
                f"is of type {kind.split('(')[0]}",
                "deliver one plain value per row: text, a number or a date",
                column=column,
            )
        if (
            column == "lkf"
            and kind not in ("VARCHAR", '"NULL"')
            and not kind.startswith("ENUM")
            and _has_values(file, name)
        ):
            raise DeliveryError(
                file.path, "is not text, so that leading zeros are lost", "deliver it as text", column=column
            )


def procedure_dates(file: DataFile) -> list[str]:
    """The columns `opd1`, `opd2` ... of a file, up to the last; a number that is left out is among them."""
    numbers = [int(found[1]) for column in file.columns if (found := re.fullmatch("opd([1-9][0-9]{0,2})", column))]
    return [f"{PROCEDURE_DATE}{number}" for number in range(1, max(numbers, default=0) + 1)]


def _has_values(file: DataFile, name: str) -> bool:
    """A column without any has a type that says nothing."""
    return in_memory().execute(f"select count({values.quoted(name)}) > 0 from {file.scan}").fetchall()[0][0]


def column_value(file: DataFile, column: str, has_clean_ids: bool = False) -> str:
    """The expression that reads a column of the contract from a file, in the type that the rules use."""
    if column == PROCEDURE_DATE:
        return _each_procedure_date(file, values.day_or_unreadable, "varchar")
    if column not in file.columns:
        return "cast(null as date)"
    name, kind = file.columns[column]
    if column == "vardkontakt_id" and has_clean_ids:
        return values.stored(name, kind)
    return READERS.get(column, values.text)(name, kind)


def _each_procedure_date(file: DataFile, read: Callable[[str, str], str], kind_read: str) -> str:
    """What `read` makes of each procedure date, as a list. It is written once for all dates of a type: to understand it
    thirty times takes DuckDB longer than to read a small file."""
    dates = [file.columns.get(name, (None, '"NULL"')) for name in procedure_dates(file)]
    lists = [f"cast([] as {kind_read}[])"]
    for kind, of_kind in itertools.groupby(dates, key=lambda date: date[1]):
        stored = ", ".join("null" if name is None else values.quoted(name) for name, _ in of_kind)
        lists.append(f"list_transform([{stored}], lambda stored: {read('stored', kind)})")
    return " || ".join(lists)


READERS = {
    "leverans_nr": values.whole_number,
    "inrapporterad": values.day,
    "makulerad": values.truth,
    "indatum": values.day,
    "utdatum": values.day,
    "op": values.stored,
    "hdia": values.label,
}


def is_readable(file: DataFile) -> str:
    """The condition under which a row has its place among the deliveries of its contact."""
    return " and ".join(f"not ({_is_faulty(file, column)})" for column in FAULTS)


def _is_faulty(file: DataFile, column: str) -> str:
    """The condition that a column is a fault of its row. What is seen at once of nearly all rows is asked first."""
    value = column_value(file, column)
    stored = file.columns[column]
    if column == "makulerad":
        # a delivery that does not say that it withdraws does not
        return f"case when {value} is null then {values.text(*stored)} is not null else false end"
    if column == "vardkontakt_id":
        return (
            f"case when {values.may_differ_from_text(*stored)} then {value} is null or {values.is_inexact(*stored)} "
            f"else {values.stored(*stored)} is null end"
        )
    return f"{value} is null"


def _proven_readable(file: DataFile) -> set[str]:
    """Columns of which a Parquet file's own statistics make a look at the values needless: no value is missing, and
    the least and the greatest leave no room for one that cannot be read. Of ids it is asked first whether they are
    clean."""
    proven = {"vardkontakt_id", *file.certain}
    if file.delimiter is not None:
        return proven
    columns = {file.expression(column): column for column in FAULTS if column not in proven}
    if not columns:
        return proven
    groups = (
        in_memory()
        .execute(f"""
            select '"' || path_in_schema || '"' as column_name, stats_null_count, stats_min_value, stats_max_value
            from parquet_metadata({file_literal(file.path)})
            where column_name in ({", ".join(map(text_literal, columns))})
        """)
        .fetchall()
    )
    doubtful = {
        columns[name]
        for name, nulls, least, most in groups
        if not _is_proven_readable(columns[name], file.columns[columns[name]][1], nulls, least, most)
    }
    return proven | {columns[name] for name, *_ in groups} - doubtful


def _is_proven_readable(column: str, kind: str, nulls: int | None, least: str | None, most: str | None) -> bool:
    if column == "makulerad" and kind == "BOOLEAN":
        return True
    if least is None or most is None:
        return False
    if column == "makulerad":
        return kind in values.WHOLE_TYPES and 0 <= int(least) <= int(most) <= 1
    if nulls != 0:
        return False
    if column == "inrapporterad":
        return kind == "DATE" and len(least) == len(most) == len("YYYY-MM-DD")
    return kind in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")


def _unreadable_rows(file: DataFile, faulty: list[str]) -> tuple[UnreadableRow, ...]:
    """The rows that cannot be read, each once with its first fault."""
    found = {row: UnreadableRow(row, WRONG_NUMBER_OF_FIELDS, is_withdrawal=False) for row in file.ragged_rows}
    if faulty:
        cases = " ".join(f"when {_is_faulty(file, column)} then '{FAULTS[column]}'" for column in faulty)
        rows = (
            in_memory()
            .execute(f"""
                select {row_in_file(file, "position")}, fault, is_withdrawal
                from (
                    select
                        row_number() over () as position,
                        case {cases} end as fault,
                        coalesce({column_value(file, "makulerad")}, false) as is_withdrawal
                    from {file.scan}
                )
                where fault is not null
            """)
            .fetchall()
        )
        found |= {row: UnreadableRow(row, fault, is_withdrawal) for row, fault, is_withdrawal in rows}
    return tuple(found[row] for row in sorted(found))


def row_in_file(file: DataFile, position: str) -> str:
    """The number of a row in its file, as SQL, by its position among those that DuckDB reads: it counts neither the
    header nor the ragged rows."""
    if file.delimiter is None:
        return position
    # a ragged row has before it the header and the ragged rows before it, and as many others as are named here
    others_before = [row - number for number, row in enumerate(file.ragged_rows, start=2)]
    ragged_before = f" + len(list_filter({others_before}, lambda others: others < {position}))" if others_before else ""
    return f"{position} + 1{ragged_before}"


@dataclasses.dataclass(frozen=True)
class KindOfRow:
    """Rows of a file that are alike in what is asked of each: whether it cannot be read, its county, and its months of
    start and receipt by their last days."""

    is_faulty: bool
    county: str | None
    start: datetime.date | None
    received: datetime.date | None
    first_received: datetime.date | None
    last_received: datetime.date | None
    rows: int
    has_clean_ids: bool


def _kinds_of_rows(file: DataFile, in_doubt: list[str]) -> list[KindOfRow]:
    """What is asked of every row, in one pass. Few residences and months are many rows, so that they are gathered first
    and read after."""
    start, received = (values.day_in_any_year(*file.columns[column]) for column in ("indatum", "inrapporterad"))
    contact_id = file.columns["vardkontakt_id"]
    may_differ = f"{values.quoted(contact_id[0])} is null or {values.may_differ_from_text(*contact_id)}"
    if "vardkontakt_id" in file.certain:
        may_differ = "false"
    residence = "".join(f"{values.quoted(name)}, " for name in file.residence or file.columns["lkf"][:1])
    rows = (
        in_memory()
        .execute(f"""
            with gathered as (
                select
                    {residence}
                    {_is_any_faulty(file, in_doubt)} as is_faulty,
                    {_month_of(start)} as start_month,
                    {_month_of(received)} as received_month,
                    min({received}) as first_received,
                    max({received}) as last_received,
                    count(*) as rows_gathered,
                    bool_or({may_differ}) as may_differ
                from {file.scan}
                group by all
            ),
            with_residence as (
                select *, cast({file.expression("lkf")} as varchar) as lkf_stored from gathered
            ),
            read as (
                select *, {values.text("lkf_stored", "VARCHAR")} as lkf_read from with_residence
            )
            select
                is_faulty,
                case
                    when regexp_full_match(lkf_read, '{RESIDENCE_FORM}') then left(lkf_read, 2)
                    when lkf_read is not null then '?'
                end as county,
                start_month,
                received_month,
                min(first_received),
                max(last_received),
                sum(rows_gathered)::bigint,
                not bool_or(may_differ)
            from read
            group by all
            order by all
        """)
        .fetchall()
    )
    return [KindOfRow(*row) for row in rows]


def _is_any_faulty(file: DataFile, in_doubt: list[str]) -> str:
    return " or ".join(f"({_is_faulty(file, column)})" for column in in_doubt) or "false"


def _month_of(day: str) -> str:
    """A month by its last day; NULL for a day of a year that has not four digits."""
    return f"if({day} between date '0001-01-01' and date '9999-12-31', last_day({day}), null)"


def _figures(file: DataFile, faulty: list[str], listed_codes: str) -> dict[str, int]:
    """Counts of the rows found that can be read; the Parquet reader reads the other columns of these alone."""
    days = _each_procedure_date(file, values.day_in_any_year, "date")
    row = {column: f"({column_value(file, column)})" for column in (*REQUIRED, *OPTIONAL)} | {
        "indatum_is_missing": f"({values.is_missing(*file.columns['indatum'])})",
        "has_unreadable_date": f"list_bool_or({_each_procedure_date(file, values.is_unreadable_day, 'boolean')})",
        "first_day": f"list_min({days})",
        "last_day": f"list_max({days})",
    }
    counts = ", ".join(f"count(*) filter (where {Template(figure).substitute(row)})" for figure in FIGURES.values())
    search = file.search or f"regexp_full_match({values.stored(*file.columns['op'])}, {text_literal(listed_codes)})"
    (found,) = (
        in_memory()
        .execute(f"select {counts} from {file.scan} where ({search}) and not ({_is_any_faulty(file, faulty)})")
        .fetchall()
    )
    return dict(zip(FIGURES, found, strict=True))


def _months(kinds: Iterable[KindOfRow]) -> tuple[Month, ...]:
    """Accepted rows by county and months."""
    months: dict[tuple[str | None, str | None, str], tuple[str, str, int]] = {}
    for kind in kinds:
        key = kind.county, _first_day(kind.start), _first_day(kind.received) or ""
        first, last, rows = months.get(key, (str(kind.first_received), str(kind.last_received), 0))
        months[key] = min(first, str(kind.first_received)), max(last, str(kind.last_received)), rows + kind.rows
    return tuple(Month(*key, *months[key]) for key in sorted(months, key=lambda key: tuple(part or "" for part in key)))


def _first_day(day: datetime.date | None) -> str | None:
    return None if day is None else day.replace(day=1).isoformat()
