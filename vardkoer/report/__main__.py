"""`python -m vardkoer.report [--output FOLDER]`: the warehouse as a web site."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import duckdb

from vardkoer import paths
from vardkoer.report.marts import Marts
from vardkoer.report.pages import write_site


def main() -> int:
    """Write the site; 1 when there is no warehouse to read."""
    parser = argparse.ArgumentParser(prog="python -m vardkoer.report", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--output", type=Path, default=paths.PROJECT / "site", help="folder of the site (default: site)"
    )
    asked = parser.parse_args()
    warehouse = paths.warehouse_path()
    if not warehouse.exists():
        print(f"file={warehouse}: there is no warehouse; make build makes one")
        return 1
    try:
        marts = Marts(warehouse)
    except duckdb.Error as error:
        print(f"file={warehouse}: {str(error).splitlines()[0]}; build it again with make build")
        return 1
    first_page = write_site(marts, asked.output)
    print(f"The report is ready: {first_page.resolve().as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
