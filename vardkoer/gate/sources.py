"""The sources of dbt, as SQL: a database in memory with the rows of the extract, its account and the region reports.

It ends with the connection: no raw row and no file path is stored in the warehouse.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from vardkoer.gate import DeliveredFile, Passed, coverage, values
from vardkoer.gate.account import OPTIONAL, PROCEDURE_DATE, REQUIRED, column_value, is_readable
from vardkoer.gate.files import FOLDERS, text_literal

# A database in a file is called after the file, and no file's name has a slash: a warehouse of the same name would be
# taken for it and keep the paths.
DATABASE = '"/delivered"'
TYPES = {"leverans_nr": "bigint", "makulerad": "boolean", "opd": "varchar[]"} | dict.fromkeys(
    ("inrapporterad", "indatum", "utdatum"), "date"
)
COLUMNS = (*REQUIRED, *OPTIONAL, PROCEDURE_DATE)
# What the rules must know of a row beside its values, and the status of a fact that it is: R5 cannot be asked of a
# serial number, R1 and R4 of a row of which nobody knows when it came, nor R1 of a row that is a contact of its own.
FLAGS = {
    "is_own_contact": ("vardkontakt_id", "assumed"),
    "is_serial_number": ("personnummer", "assumed"),
    "is_received_date_unknown": ("inrapporterad", "absent"),
}


def statements(passed: Passed) -> list[str]:
    """What makes the sources of what has passed the gate."""
    accounts = [(file.folder, file.account) for file in passed.files]
    return [
        f"attach if not exists ':memory:' as {DATABASE}",
        *(_rows_view(folder, [file for file in passed.files if file.folder == folder]) for folder in FOLDERS),
        _table(
            "files",
            {
                "file_name": "VARCHAR",
                "layout_id": "VARCHAR",
                "rows_delivered": "BIGINT",
                "rows_left_out": "BIGINT",
                "rows_accepted": "BIGINT",
                "rows_found": "BIGINT",
            },
            [
                [
                    file.account.name,
                    file.file.layout_id,
                    file.account.rows,
                    file.account.rows - file.file.rows,
                    file.account.rows_accepted,
                    file.account.figures["rows_found"],
                ]
                for file in passed.files
            ],
        ),
        _table(
            "facts",
            {"file_name": "VARCHAR", "column_name": "VARCHAR", "status": "VARCHAR"},
            [
                [file.account.name, column, status]
                for file in passed.files
                for column, status in file.file.statuses.items()
            ],
        ),
        _table(
            "unreadable_rows",
            {"file_name": "VARCHAR", "row_number": "BIGINT", "fault": "VARCHAR", "is_withdrawal": "BOOLEAN"},
            [
                [account.name, row.row, row.fault, row.is_withdrawal]
                for _, account in accounts
                for row in account.unreadable_rows
            ],
        ),
        _table(
            "months",
            {
                "file_name": "VARCHAR",
                "care_type": "VARCHAR",
                "county_code": "VARCHAR",
                "start_month": "DATE",
                "first_received_date": "DATE",
                "last_received_date": "DATE",
                "rows_accepted": "BIGINT",
            },
            [
                [
                    account.name,
                    FOLDERS[folder],
                    None if month.county == "?" else month.county,
                    month.start,
                    month.first_received,
                    month.last_received,
                    month.rows,
                ]
                for folder, account in accounts
                for month in account.months
            ],
        ),
        _table(
            "region_reports",
            {
                "region_code": "VARCHAR",
                "category_id": "VARCHAR",
                "operation_month": "DATE",
                "operations": "BIGINT",
                "reported_date": "DATE",
            },
            [[str(value) if isinstance(value, date) else value for value in row] for row in passed.region_reports],
        ),
        _lists_view(passed),
        _table(
            "list_files",
            {"file_name": "VARCHAR", "rows_delivered": "BIGINT"},
            [[file.name, file.rows] for file in passed.lists.files],
        ),
        _table(
            "list_rows_unreadable",
            {"file_name": "VARCHAR", "row_in_file": "BIGINT", "fault": "VARCHAR"},
            [[file.name, row.row, row.fault] for file in passed.lists.files for row in file.unreadable_rows],
        ),
    ]


def _lists_view(passed: Passed) -> str:
    """The rows of second lists that can be read; the view has its columns also where there is no list."""
    columns = ("file_name", "row_in_file", *coverage.COLUMNS)
    types = {"row_in_file": "bigint", "operation_date": "date"}
    nothing = ", ".join(f"cast(null as {types.get(column, 'varchar')}) as {column}" for column in columns)
    parts = [f"select {nothing} where false"]
    parts += [
        f"select {', '.join(columns)} from ({coverage.accepted_rows(file, passed.lists.faults)})"
        for file in passed.lists.files
    ]
    body = "\nunion all\n".join(parts)
    return f"create or replace view {DATABASE}.list_rows as {body}"


def _rows_view(folder: str, files: list[DeliveredFile]) -> str:
    """A query for each file, so that its name is one value and not one to be looked up for each row."""
    types = {column: TYPES.get(column, "varchar") for column in COLUMNS} | dict.fromkeys(FLAGS, "boolean")
    nothing = ", ".join(f"cast(null as {kind}) as {column}" for column, kind in types.items())
    body = "\nunion all\n".join(_rows_of(file) for file in files)
    return f"create or replace view {DATABASE}.{folder} as " + (
        body or f"select {nothing}, cast(null as varchar) as file_name where false"
    )


def _rows_of(file: DeliveredFile) -> str:
    expressions = {column: _value(file, column) for column in COLUMNS}
    expressions |= {flag: str(file.file.statuses[column] == status).lower() for flag, (column, status) in FLAGS.items()}
    columns = ", ".join(f"{expression} as {column}" for column, expression in expressions.items())
    where = f" where {is_readable(file.file)}" if file.account.unreadable_rows else ""
    return f"select {columns}, {text_literal(file.account.name)} as file_name from {file.file.scan}{where}"


def _value(file: DeliveredFile, column: str) -> str:
    if column == "inrapporterad":
        # rows of other years than those of four digits are in quarantine
        return values.day_in_any_year(*file.file.columns[column])
    return column_value(file.file, column, file.account.has_clean_ids)


def _table(name: str, columns: dict[str, str], rows: list[list[Any]]) -> str:
    """A table of some rows of plain values, which DuckDB reads faster as one text than as many literals."""
    structure = json.dumps([dict(columns)])
    written = json.dumps([dict(zip(columns, row, strict=True)) for row in rows])
    return (
        f"create or replace table {DATABASE}.{name} as "
        f"select unnest(from_json({text_literal(written)}, {text_literal(structure)}), recursive := true)"
    )
