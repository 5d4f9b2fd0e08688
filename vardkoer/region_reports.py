"""Opens the volumes that regions report themselves as one table macro (contract 2.2)."""

from __future__ import annotations

from pathlib import Path

from vardkoer.delivery_files import DATE_TEXT, DeliveryError, RefusedDeliveryError, paths_in, read_file, scan_files
from vardkoer.session_macros import table_macro
from vardkoer.unreadable_rows import unreadable_rows

COLUMNS = ("region_code", "category_id", "operation_month", "operations", "reported_date")
READABLE = {
    "region_code": "nullif(trim({column}), '')",
    "category_id": "nullif(trim({column}), '')",
    "operation_month": DATE_TEXT,
    "operations": "if(regexp_full_match(trim({column}), '[0-9]{{1,9}}'), 1, null)",
    "reported_date": DATE_TEXT,
}


def macro_statement(folder: Path) -> str:
    """Check the folder's files and return the SQL that opens them. Raises RefusedDeliveryError."""
    files, errors = [], []
    for path in paths_in(folder, (".csv",)):
        try:
            file = read_file(path, COLUMNS)
            unreadable_rows(file, READABLE, [])
            files.append(file)
        except DeliveryError as error:
            errors.append(error)
    if errors:
        raise RefusedDeliveryError(errors)
    columns = ", ".join(f"cast({column} as varchar) as {column}" for column in COLUMNS)
    nothing = "select " + ", ".join(f"cast(null as varchar) as {column}" for column in COLUMNS) + " where false"
    selects = [nothing, *(f"select {columns} from {scan}" for scan in scan_files(files))]
    return table_macro("region_reports", " union all ".join(selects))
