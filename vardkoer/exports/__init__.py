"""What leaves the warehouse: workbooks for people, open formats for programs, nothing that policy hides.

Everything is written beside the folder and takes its place when all of it is there; after a failure the last export
stays. The same warehouse always makes the same files.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import duckdb

from vardkoer import paths
from vardkoer.exports.open_data.dcat import DataSet, table_data_set, write_catalogue
from vardkoer.exports.open_data.excel import FOLDER, write_excel_files
from vardkoer.exports.open_data.files import data_path, write_open_files
from vardkoer.exports.open_data.px import write_px
from vardkoer.exports.open_data.tables import open_tables
from vardkoer.exports.workbooks.national import write_follow_up, write_reports
from vardkoer.exports.workbooks.regional import write_mailing
from vardkoer.reading import WarehouseError
from vardkoer.reading.release import ExportError, Release, open_release

CATALOGUE = Path("open_data/catalog.ttl")


def write_all(release: Release, manifest: Path, folder: Path) -> None:
    """Write everything into an empty folder: `open_data` for anybody, `regions` for the mailing."""
    open_data, regions = folder / "open_data", folder / "regions"
    for part in (open_data, open_data / "workbooks", regions):
        part.mkdir()
    tables = open_tables(release, manifest)
    write_open_files(release, tables, open_data)
    write_excel_files(release, tables, open_data)
    cubes = write_px(release, open_data / "px")
    workbooks = write_reports(release, open_data / "workbooks") | write_follow_up(release, open_data / "workbooks")
    write_mailing(release, regions)
    files = [DataSet(path.stem, title, f"{title}.", "", (path,)) for path, title in (cubes | workbooks).items()]
    marts = [
        table_data_set(release, table, tuple(data_path(open_data, table, kind) for kind in ("csv", FOLDER, "parquet")))
        for table in tables
    ]
    write_catalogue(release, [*marts, *files], open_data)


def replace(output: Path, written: Path, last: Path) -> None:
    """Put what was written in the place of the last export."""
    if output.exists():
        output.rename(last)
    try:
        written.rename(output)
    except OSError:
        recover(output, last)
        raise
    shutil.rmtree(last, ignore_errors=True)


def recover(output: Path, last: Path) -> None:
    """Put the last export back when there is no other."""
    if last.exists() and not output.exists():
        last.rename(output)


def check_output(output: Path) -> None:
    """The folder is not there, is empty or holds an export. Raises ExportError: nothing else is ever replaced."""
    if output.exists() and not output.is_dir():
        raise ExportError(f"file={output}: is no folder; name another with --output")
    if output.exists() and any(output.iterdir()) and not (output / CATALOGUE).exists():
        raise ExportError(f"file={output}: holds something that is no export; name another folder with --output")


def export(output: Path) -> list[str]:
    """Export the published warehouse; what there is to say of it. Raises WarehouseError or ExportError."""
    written, last = (output.with_name(f".{output.name}.{what}") for what in ("candidate", "last"))
    recover(output, last)
    check_output(output)
    release = open_release(paths.warehouse_path())
    with release.connection:
        # what a killed export left is removed
        shutil.rmtree(written, ignore_errors=True)
        written.mkdir(parents=True)
        try:
            write_all(release, paths.target_path() / "manifest.json", written)
            replace(output, written, last)
        finally:
            shutil.rmtree(written, ignore_errors=True)
        return report(release, output)


def report(release: Release, output: Path) -> list[str]:
    """What was exported, and what the publisher has still to set."""
    files = [path for path in output.rglob("*") if path.is_file()]
    megabytes = sum(path.stat().st_size for path in files) / 1_000_000
    lines = [
        f"Exported build {release.record['number']} to {output}: {len(files)} files, {megabytes:.1f} MB.",
        f"  {output / 'open_data'}: CSV, CSV for Excel, Parquet, PX, workbooks, datapackage.json, catalog.ttl",
        f"  {output / 'regions'}: one workbook for each region, "
        + ", ".join(f"{settlement.settlement_id} ({settlement.cutoff_date})" for settlement in release.newest),
    ]
    if release.placeholders:
        lines.append(
            f"NOTE: before publishing, set in seeds/exports/publication.csv: {', '.join(release.placeholders)}."
        )
    if release.is_sample:
        lines.append("NOTE: the warehouse is built from the invented sample; workbooks, PX and metadata say so.")
    return lines


def write_exports(output: Path) -> int:
    """Export; 1 and one line when it cannot be done."""
    try:
        lines = export(output.resolve())
    except (WarehouseError, ExportError) as error:
        print(f"Not exported: {error}", file=sys.stderr)
        return 1
    except (OSError, duckdb.Error) as error:
        print(f"Not exported: {error}; the last export stays", file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0
