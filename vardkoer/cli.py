"""One command for everything: `python -m vardkoer`, or `vardkoer` where the project is installed.

Each command imports what it runs, so that a question is answered without loading what only a build needs. A command
returns its exit code; a command line that cannot be read is 2.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from vardkoer import paths


def folder_option(default: Path, what: str) -> Callable[..., Any]:
    """The folder that a command writes, which has a usual place in the project."""
    return click.option(
        "--output",
        type=click.Path(path_type=Path),
        default=default,
        help=f"Folder of the {what} (default: {default.relative_to(paths.PROJECT)}).",
    )


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def vardkoer() -> None:
    """From the patient register to operation counts and state grants."""


@vardkoer.result_callback()
def leave(code: int | None) -> None:
    """End with the exit code of the command."""
    sys.exit(code)


@vardkoer.command()
def build() -> int:
    """Check, build, test, record, publish and sum up.

    Exit codes: 0 published, 1 a model or a test failed, 3 a delivery or a seed was refused, 4 another build is running,
    5 the environment does not allow a build.
    """
    from vardkoer.warehouse.build import build_and_publish

    return build_and_publish()


@vardkoer.command()
@click.argument("folder", type=click.Path(path_type=Path))
def look(folder: Path) -> int:
    """What the extract in FOLDER is: layouts, what they lack, first faults.

    Takes seconds and builds nothing. Exit codes: 0 a build can read it, 3 it would be refused.
    """
    from vardkoer.gate.look import look

    return look(folder)


@vardkoer.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
def convert(file: Path, folder: Path) -> int:
    """A FILE that is not read as it lies, as one that is, into FOLDER.

    SAS, Stata or SPSS (.sas7bdat, .dta, .sav) becomes Parquet; a text (.csv, .txt, packed or not) in windows-1252 or
    UTF-16 becomes UTF-8. What it holds then lies there too, identity numbers among it. Exit codes: 0 written, 3 the
    file was refused, 5 pyreadstat is not installed.
    """
    from vardkoer.convert import convert

    return convert(file, folder)


@vardkoer.command()
@click.argument("folder", type=click.Path(path_type=Path))
def reduce(folder: Path) -> int:
    """A small extract of a large one, by Spark, into a new FOLDER.

    Reads `PAR_PATH` on the Spark Connect server of `SPARK_REMOTE`; a build from the folder has the marts of a build
    from the whole extract. Exit codes: 0 written, 3 the extract was refused, 5 the environment does not allow it.
    """
    from vardkoer.reduce import reduce_extract

    return reduce_extract(folder)


@vardkoer.command()
def summary() -> int:
    """What the last build holds, on one screen."""
    from vardkoer.reading.summary import print_summary

    return print_summary()


@vardkoer.group()
def explain() -> None:
    """Answers for an auditor, from the published warehouse."""


@explain.command()
@click.argument("contact_id")
def contact(contact_id: str) -> int:
    """Why it counts or not, at every settlement."""
    from vardkoer.reading.explain import answer, explain_contact

    return answer(explain_contact, contact_id)


@explain.command()
@click.argument("settlement")
@click.argument("region")
def amount(settlement: str, region: str) -> int:
    """Which rows and sentences made this amount."""
    from vardkoer.reading.explain import answer, explain_amount

    return answer(explain_amount, settlement, region)


@explain.command()
@click.argument("settlement")
@click.argument("region")
def operations(settlement: str, region: str) -> int:
    """The contacts that are its operations, as CSV."""
    from vardkoer.reading.explain import answer, list_operations

    return answer(list_operations, settlement, region)


@explain.command()
@click.argument("settlement")
@click.argument("region")
@click.option("--reason", default="", help="One reason of seeds.decision_reasons alone.")
def excluded(settlement: str, region: str, reason: str) -> int:
    """The contacts that are not counted, and why, as CSV."""
    from vardkoer.reading.explain import answer, list_excluded

    return answer(list_excluded, settlement, region, reason)


@explain.command()
@click.argument("mart")
@click.argument("column_name", metavar="COLUMN")
def column(mart: str, column_name: str) -> int:
    """Which columns of seeds and register its values come from, and which decide."""
    from vardkoer.reading.explain import answer, explain_column

    return answer(explain_column, mart, column_name)


@vardkoer.group()
def coverage() -> None:
    """The register against second lists."""


@coverage.command("list")
@click.argument("settlement")
@click.argument("region")
@click.argument("file", type=click.Path())
def coverage_list(settlement: str, region: str, file: str) -> int:
    """What is missing, excluded or on one side alone, by hospital, as CSV for the region's own people.

    The FILE is about single persons; it is its owner's to read, and none that is there is replaced.
    """
    from vardkoer.reading.coverage import write_region_list
    from vardkoer.reading.explain import answer

    return answer(write_region_list, settlement, region, file)


@vardkoer.group()
def record() -> None:
    """What a published warehouse was built from."""


@record.command()
def verify() -> int:
    """Is the warehouse what its record says, and the chain of records whole?"""
    from vardkoer.warehouse.run_record import print_faults

    return print_faults(paths.warehouse_path())


@record.command()
@click.argument("older")
@click.argument("newer")
def compare(older: str, newer: str) -> int:
    """Which inputs, rules, code, tools and results differ between two records (files or numbers)?"""
    from vardkoer.warehouse.run_record import print_differences

    return print_differences(paths.warehouse_path(), older, newer)


@vardkoer.command()
@folder_option(paths.PROJECT / "site", "site")
def report(output: Path) -> int:
    """The warehouse as a web site."""
    from vardkoer.report import write_report

    return write_report(output)


@vardkoer.command()
@folder_option(paths.PROJECT / "exports", "files")
def export(output: Path) -> int:
    """Workbooks, open data and their metadata."""
    from vardkoer.exports import write_exports

    return write_exports(output)


@vardkoer.command()
@folder_option(paths.PROJECT / "drafts", "documents")
def report_draft(output: Path) -> int:
    """Drafts of the reports to the government, as Word documents."""
    from vardkoer.exports.report_draft import write_drafts

    return write_drafts(output)


@vardkoer.command()
@folder_option(paths.PROJECT / "site" / "docs", "pages")
def docs(output: Path) -> int:
    """What every table and column means and comes from."""
    from vardkoer.docs import write_docs

    return write_docs(output)


@vardkoer.command()
@click.argument("dsn", default="")
def publish_postgres(dsn: str) -> int:
    """The marts as schema `marts` of a PostgreSQL database.

    Without a connection string DSN, libpq's own settings say where (PGHOST, PGDATABASE, PGUSER, PGSERVICE ...).
    Exit codes: 0 published, 1 PostgreSQL refused something, 5 the environment does not allow it.
    """
    from vardkoer.exports.postgres import publish_postgres

    return publish_postgres(dsn)


@vardkoer.command()
@click.argument("seed", type=int, required=False)
def sample(seed: int | None) -> None:
    """The invented extract, where it is missing.

    From another SEED it is another one, which takes its place.
    """
    from vardkoer.sample import write_sample

    write_sample(seed)


def run(name: str) -> None:
    """What `python -m vardkoer.<name>` was before there was one command."""
    vardkoer([name, *sys.argv[1:]], prog_name="python -m vardkoer")
