"""`python -m vardkoer.exports [--output FOLDER]`: workbooks, open data and their metadata from the published warehouse.

Everything is written beside the folder and takes its place when all of it is there; after a failure the last export
stays. The same warehouse always makes the same files.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import duckdb

from vardkoer import paths
from vardkoer.exports.dcat import DataSet, table_data_set, write_catalogue
from vardkoer.exports.marts import open_tables
from vardkoer.exports.national import write_follow_up, write_reports
from vardkoer.exports.open_files import data_path, write_open_files
from vardkoer.exports.px import write_px
from vardkoer.exports.regional import write_mailing
from vardkoer.exports.release import ExportError, Release, open_release

CATALOGUE = Path("open_data/catalog.ttl")


def write_all(release: Release, manifest: Path, folder: Path) -> None:
    """Write everything into an empty folder: `open_data` for anybody, `regions` for the mailing."""
    open_data, regions = folder / "open_data", folder / "regions"
    for part in (open_data, open_data / "workbooks", regions):
        part.mkdir()
    tables = open_tables(release, manifest)
    write_open_files(release, tables, open_data)
    cubes = write_px(release, open_data / "px")
    workbooks = write_reports(release, open_data / "workbooks") | write_follow_up(release, open_data / "workbooks")
    write_mailing(release, regions)
    files = [DataSet(path.stem, title, f"{title}.", "sv", (path,)) for path, title in (cubes | workbooks).items()]
    marts = [
        table_data_set(release, table, tuple(data_path(open_data, table, kind) for kind in ("csv", "parquet")))
        for table in tables
    ]
    write_catalogue(release, [*marts, *files], open_data)


def replace(output: Path, written: Path) -> None:
    """Put what was written in the place of the last export."""
    last = written.with_name(f"{written.name}.last")
    if output.exists():
        output.rename(last)
    try:
        written.rename(output)
    except OSError:
        if last.exists():
            last.rename(output)
        raise
    shutil.rmtree(last, ignore_errors=True)


def check_output(output: Path) -> None:
    """The folder is not there, is empty or holds an export. Raises ExportError: nothing else is ever replaced."""
    if output.exists() and not output.is_dir():
        raise ExportError(f"file={output}: is no folder; name another with --output")
    if output.exists() and any(output.iterdir()) and not (output / CATALOGUE).exists():
        raise ExportError(f"file={output}: holds something that is no export; name another folder with --output")


def export(output: Path) -> Release:
    """Export the published warehouse. Raises ExportError."""
    check_output(output)
    release = open_release(paths.warehouse_path())
    with release.connection:
        output.parent.mkdir(parents=True, exist_ok=True)
        written = Path(tempfile.mkdtemp(prefix=f".{output.name}.", dir=output.parent))
        try:
            write_all(release, paths.target_path() / "manifest.json", written)
            written.chmod(0o755)
            replace(output, written)
        finally:
            shutil.rmtree(written, ignore_errors=True)
        report(release, output)
    return release


def report(release: Release, output: Path) -> None:
    """Say what was exported, and what the publisher has still to set."""
    files = [path for path in output.rglob("*") if path.is_file()]
    megabytes = sum(path.stat().st_size for path in files) / 1_000_000
    print(f"Exported build {release.record['number']} to {output}: {len(files)} files, {megabytes:.1f} MB.")
    print(f"  {output / 'open_data'}: CSV, Parquet, PX, workbooks, datapackage.json, catalog.ttl")
    print(f"  {output / 'regions'}: one workbook for each region, {release.newest[0].vintage}")
    if release.placeholders:
        print(f"NOTE: set in seeds/exports/publication.csv before publishing: {', '.join(release.placeholders)}.")
    if release.is_sample:
        print("NOTE: the warehouse is built from the invented sample; workbooks, PX and metadata say so.")


def main() -> int:
    """Export; 1 and one line when it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m vardkoer.exports", description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=paths.PROJECT / "exports", help="folder to write (exports)")
    try:
        export(parser.parse_args().output.resolve())
    except ExportError as error:
        print(f"Not exported: {error}", file=sys.stderr)
        return 1
    except (OSError, duckdb.Error) as error:
        print(f"Not exported: {error}; the last export stays", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
