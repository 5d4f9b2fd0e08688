"""The report: a static web site in Swedish, computed from the marts."""

from __future__ import annotations

from pathlib import Path

import duckdb

from vardkoer import paths
from vardkoer.reading import WarehouseError
from vardkoer.report.marts import Marts
from vardkoer.report.pages import write_site


def write_report(folder: Path) -> int:
    """Write the site of the published warehouse; 1 and one line when there is none to read."""
    warehouse = paths.warehouse_path()
    try:
        first_page = write_site(Marts(warehouse), folder)
    except WarehouseError as error:
        print(error)
        return 1
    except duckdb.Error as error:
        print(f"file={warehouse}: {str(error).splitlines()[0]}; build it again with make build")
        return 1
    print(f"The report is ready: {first_page.resolve().as_uri()}")
    return 0
